package org.mycoswarm.queue.domain;

/// What a node asks for when it wants work.
///
/// @param tasksMax how many tasks it takes at most; it may get fewer, or none
/// @param costMax how much their costs may come to; a single task of a higher cost is given alone,
///     or it could never run
public record Ask(NodeId node, int tasksMax, long costMax) {
  public Ask(NodeId node, int tasksMax) {
    this(node, tasksMax, Long.MAX_VALUE);
  }
}
