package org.mycoswarm.queue.simulation;

/// Promises that the simulation has found broken and that are not mended yet. They are asked for
/// with `-Dsimulation.strict=true`; whoever mends one makes it count always.
final class Strict {
  private static final boolean STRICT = Boolean.getBoolean("simulation.strict");

  /// The time for which the broker itself stood still does not count against a lease.
  static final boolean PAUSES_DO_NOT_COUNT = STRICT;

  /// A node that waits and holds as many leases as it may is served when one of them ends.
  static final boolean FULL_NODES_ARE_SERVED = STRICT;

  /// A task whose deadline has passed is not leased any more, not even in the batch that buries it.
  static final boolean NOTHING_IS_LEASED_TOO_LATE = STRICT;

  /// The lease of a task that missed its deadline is not renewed, even when its job is let go at
  /// once because too many buried tasks are kept.
  static final boolean LEASES_OF_FORGOTTEN_TASKS_END = STRICT;

  private Strict() {}
}
