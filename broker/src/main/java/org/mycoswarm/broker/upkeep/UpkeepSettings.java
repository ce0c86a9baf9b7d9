package org.mycoswarm.broker.upkeep;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// When snapshots are taken, and what of the past is kept.
///
/// @param snapshotChanges a snapshot is taken once so much happened since the last, 1 or more:
///     events,
///     and tasks that came with them
/// @param stopChanges and when the broker stops in order, once so much happened, 1 or more
/// @param keepHistory how long the log is kept at least, zero or more; then its start is dropped as
///     far as nothing needs it. Null: it is kept until somebody asks for it to be dropped
/// @param keepJobs how long a job that has ended is kept, with its tasks and results; zero for ever
public record UpkeepSettings(
    long snapshotChanges, long stopChanges, @Nullable Duration keepHistory, Duration keepJobs) {
  public static final UpkeepSettings DEFAULT =
      new UpkeepSettings(1_000_000, 100_000, null, Duration.ofDays(30));

  public UpkeepSettings {
    if (snapshotChanges < 1 || stopChanges < 1) {
      throw new IllegalArgumentException(
          "Expected a snapshot after 1 change or more, but it is after %d, and %d when stopping"
              .formatted(snapshotChanges, stopChanges));
    }
    if (keepJobs.isNegative() || (keepHistory != null && keepHistory.isNegative())) {
      throw new IllegalArgumentException(
          "Expected history and jobs to be kept for 0 days or more, but it is %s and %s"
              .formatted(keepHistory, keepJobs));
    }
  }
}
