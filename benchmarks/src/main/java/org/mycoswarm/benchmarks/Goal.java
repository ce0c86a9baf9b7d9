package org.mycoswarm.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.mycoswarm.benchmarks.load.Entry;
import org.mycoswarm.benchmarks.load.Row;

/// What was asked for in the rows that peers have, and whether a run reached it.
///
/// @param times the best peer of the same durability, 0 when only times count
/// @param p50 in milliseconds, infinite when it is free
/// @param p99 in milliseconds, infinite when it is free
record Goal(double times, double p50, double p99) {
  private static final double FREE = Double.POSITIVE_INFINITY;

  private static final Map<Row, Goal> ALL =
      new EnumMap<>(
          Map.of(
              Row.BULK, new Goal(3, FREE, FREE),
              Row.SINGLE, new Goal(1.5, FREE, 25),
              Row.WORK_ONE, new Goal(1.1, FREE, FREE),
              Row.WORK_BATCH, new Goal(2, FREE, FREE),
              Row.HANDOVER, new Goal(0, 2, 20)));

  static Goal of(Row row) {
    Goal goal = ALL.get(row);
    if (goal == null) {
      throw new IllegalStateException("Expected a goal for row " + row);
    }
    return goal;
  }

  boolean reached(Entry ours, Entry bestPeer) {
    return (times == 0 || ours.times(bestPeer) >= times)
        && ours.p50().median() <= p50
        && ours.p99().median() <= p99;
  }

  String words() {
    String ratio = times == 0 ? "" : "%.1fx the best peer".formatted(times);
    String first = p50 == FREE ? "" : "p50 <= %.0f ms".formatted(p50);
    String last = p99 == FREE ? "" : "p99 <= %.0f ms".formatted(p99);
    return String.join(
        ", ", List.of(ratio, first, last).stream().filter(word -> !word.isEmpty()).toList());
  }
}
