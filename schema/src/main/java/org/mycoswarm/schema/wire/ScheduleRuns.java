package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;

/// What a schedule did, and what comes.
///
/// @param runs the newest 50, the newest first
/// @param next the next five times; none while it is paused
public record ScheduleRuns(List<ScheduleRunView> runs, List<Instant> next) {
  public ScheduleRuns {
    runs = List.copyOf(runs);
    next = List.copyOf(next);
  }
}
