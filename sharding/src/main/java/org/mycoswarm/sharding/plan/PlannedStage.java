package org.mycoswarm.sharding.plan;

/// One stage on its node.
///
/// @param node the node's id
/// @param fromBlock its first block
/// @param toBlock the first block after it
/// @param weightBytes what it holds of weights
/// @param kvBytes what its caches may grow to
/// @param seconds how long a token takes in it, with the way there and back
/// @param sendsBytes to the next stage for a token; of the last stage 0
public record PlannedStage(
    String node,
    int fromBlock,
    int toBlock,
    long weightBytes,
    long kvBytes,
    double seconds,
    long sendsBytes) {}
