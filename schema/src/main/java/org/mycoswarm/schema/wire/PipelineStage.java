package org.mycoswarm.schema.wire;

/// One stage of a pipeline.
///
/// @param epoch how often it was given to a node
/// @param state `leasing`: its task waits for the node; `loading`; `ready`
/// @param steps done for it in all epochs
public record PipelineStage(
    int stage, String node, String nodeName, long epoch, String state, long steps) {}
