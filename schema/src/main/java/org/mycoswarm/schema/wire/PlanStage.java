package org.mycoswarm.schema.wire;

/// One stage of a plan.
///
/// @param node id, and `nodeName` for people
/// @param weightBytes it holds
/// @param cacheBytes reserved for sessions
/// @param freeBytes that the node offers
/// @param millisPerToken predicted
/// @param sendsBytes for each token to the next stage; of the last stage 0
public record PlanStage(
    int stage,
    String node,
    String nodeName,
    long weightBytes,
    long cacheBytes,
    long freeBytes,
    double millisPerToken,
    long sendsBytes) {}
