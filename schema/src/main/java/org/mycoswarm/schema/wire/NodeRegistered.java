package org.mycoswarm.schema.wire;

/// Answer to a node's report.
///
/// @param broker the broker's id
/// @param heartbeatSeconds how often the node should be heard of, by any call
/// @param pollSecondsMax how long a call for work may wait at most
public record NodeRegistered(
    String node, String broker, int heartbeatSeconds, int pollSecondsMax) {}
