package org.mycoswarm.sharding.plan;

/// What a node offers to a plan.
///
/// @param id the node's
/// @param freeBytes of memory that a stage may take, weights and caches
/// @param workBytesPerSecond how many bytes of weights it reads through in a second, measured
/// @param hopSeconds how long a message takes to it and back, without the time for its bytes
/// @param wireBytesPerSecond how fast its connection is
public record PlanNode(
    String id,
    long freeBytes,
    double workBytesPerSecond,
    double hopSeconds,
    double wireBytesPerSecond) {
  public PlanNode {
    if (!(workBytesPerSecond > 0) || !(wireBytesPerSecond > 0) || !(hopSeconds >= 0)) {
      throw new IllegalArgumentException(
          "Expected rates above 0 and a hop of 0 s or more, but node \"%s\" has %s, %s and %s."
              .formatted(id, workBytesPerSecond, wireBytesPerSecond, hopSeconds));
    }
  }
}
