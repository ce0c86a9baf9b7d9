package org.mycoswarm.broker.pipelines;

import org.jspecify.annotations.Nullable;

/// What a node claims when it comes to be a stage. Thread-safe; calls block.
public final class StageRight {
  private final Pipeline pipeline;
  private final int stage;
  private final String lease;

  StageRight(Pipeline pipeline, int stage, String lease) {
    this.pipeline = pipeline;
    this.stage = stage;
    this.lease = lease;
  }

  /// Whether the claim holds now.
  public boolean isHeld() {
    return pipeline.isHeld(stage, lease);
  }

  /// Makes the connection the stage's.
  ///
  /// @return null when the claim does not hold any more
  public @Nullable StageConnection connect(StageWire wire) {
    return pipeline.connect(stage, lease, wire);
  }
}
