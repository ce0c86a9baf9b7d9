package org.mycoswarm.queue.simulation;

import java.util.List;

/// Promises that the simulation has found broken and that are not mended yet. They are asked for by
/// name with `-Dsimulation.strict=pauses`, or all with `-Dsimulation.strict=all`; whoever mends one
/// makes it count always.
final class Strict {
  private static final List<String> ASKED =
      List.of(System.getProperty("simulation.strict", "").split(",", -1));

  /// The time for which the broker itself stood still does not count against a lease.
  static final boolean PAUSES_DO_NOT_COUNT = isAsked("pauses");

  /// Circles, in which what waits for all others comes before one of them, are submitted too; they
  /// are refused.
  static final boolean CIRCLES_ARE_REFUSED = isAsked("circles");

  private Strict() {}

  private static boolean isAsked(String name) {
    return ASKED.contains("all") || ASKED.contains(name);
  }
}
