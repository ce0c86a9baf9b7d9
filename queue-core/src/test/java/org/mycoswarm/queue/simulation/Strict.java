package org.mycoswarm.queue.simulation;

import java.util.List;

/// Promises that the simulation has found broken and that are not mended yet. They are asked for by
/// name with `-Dsimulation.strict=pauses,full-nodes`, or all with `-Dsimulation.strict=all`;
/// whoever mends one makes it count always.
final class Strict {
  private static final List<String> ASKED =
      List.of(System.getProperty("simulation.strict", "").split(",", -1));

  /// The time for which the broker itself stood still does not count against a lease.
  static final boolean PAUSES_DO_NOT_COUNT = isAsked("pauses");

  /// A node that waits and holds as many leases as it may is served when one of them ends.
  static final boolean FULL_NODES_ARE_SERVED = isAsked("full-nodes");

  /// A task whose deadline has passed is not leased any more, not even in the batch that buries it.
  static final boolean NOTHING_IS_LEASED_TOO_LATE = isAsked("deadlines");

  /// The lease of a task that missed its deadline is not renewed, even when its job is let go at
  /// once because too many buried tasks are kept.
  static final boolean LEASES_OF_FORGOTTEN_TASKS_END = isAsked("forgotten");

  /// Tasks that could never start, because what waits for all others comes before one of them, are
  /// refused.
  static final boolean CIRCLES_ARE_REFUSED = isAsked("circles");

  private Strict() {}

  private static boolean isAsked(String name) {
    return ASKED.contains("all") || ASKED.contains(name);
  }
}
