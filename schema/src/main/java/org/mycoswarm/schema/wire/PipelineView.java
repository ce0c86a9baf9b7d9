package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;

/// A plan that runs.
///
/// @param state `starting`, `ready` or `moving`: a stage is being given to another node
/// @param sessions open now
public record PipelineView(
    String id,
    String model,
    String state,
    int sessions,
    Instant started,
    List<PipelineStage> stages) {}
