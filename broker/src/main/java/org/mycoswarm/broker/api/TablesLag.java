package org.mycoswarm.broker.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.function.Supplier;
import org.mycoswarm.queue.log.LogPosition;

/// Holds submissions back while the tables are far behind the log, so that what people see of the
/// queue never grows old without end. Only what came since the broker started counts: tables that
/// are filled anew do not stop the queue. Nor do tables that stand still, because those are broken
/// and not slow. Completions never ask here. Thread-safe.
final class TablesLag {
  /// Some ten to twenty seconds of the tables' work.
  static final int CHANGES_MAX = 250_000;

  private static final Duration STANDSTILL = Duration.ofSeconds(30);

  /// An entry with more than one task, which the tables write row by row.
  private record Heavy(LogPosition position, int more) {}

  private final Supplier<LogPosition> durable;
  private final Supplier<LogPosition> shown;
  private final InstantSource clock;
  private final int changesMax;
  private final LogPosition start;
  private final ArrayDeque<Heavy> heavy = new ArrayDeque<>();
  private long heavyRows;
  private LogPosition shownBefore;
  private Instant shownSince;

  /// @param durable the log's end
  /// @param shown the last entry in the tables
  /// @param changesMax entries, and tasks in them, that the tables may be behind
  TablesLag(
      Supplier<LogPosition> durable,
      Supplier<LogPosition> shown,
      InstantSource clock,
      int changesMax) {
    this.durable = durable;
    this.shown = shown;
    this.clock = clock;
    this.changesMax = changesMax;
    this.start = durable.get();
    this.shownBefore = shown.get();
    this.shownSince = clock.instant();
  }

  /// Lets a submission in.
  ///
  /// @throws ProblemException `overloaded` when the tables are too far behind
  void admit() {
    admit(changesMax);
  }

  /// Lets a chunk of a bulk submission in. These wait at half the way, or single submissions would
  /// find no room for as long as one lasts.
  ///
  /// @throws ProblemException as above
  void admitBulk() {
    admit(changesMax / 2);
  }

  private void admit(int max) {
    LogPosition seen = shown.get();
    long behind = behind(seen);
    if (behind > max && !standsStill(seen)) {
      throw new ProblemException(
          ProblemType.OVERLOADED,
          "Expected the tables to be at most %,d changes behind the log, but they are %,d behind; nothing was submitted. Nodes go on, and the tables catch up: try again in a second"
              .formatted(max, behind),
          Map.of("Retry-After", "1"));
    }
  }

  /// A submission is durable.
  synchronized void submitted(LogPosition position, int tasks) {
    if (tasks > 1) {
      heavy.add(new Heavy(position, tasks - 1));
      heavyRows += tasks - 1;
    }
  }

  private synchronized long behind(LogPosition seen) {
    // Callers come here in nearly the order of their entries; the oldest decides.
    while (!heavy.isEmpty() && !heavy.getFirst().position().isAfter(seen)) {
      heavyRows -= heavy.removeFirst().more();
    }
    long from = Math.max(seen.value(), start.value());
    return Math.max(durable.get().value() - from, 0) + heavyRows;
  }

  private synchronized boolean standsStill(LogPosition seen) {
    Instant now = clock.instant();
    if (!seen.equals(shownBefore)) {
      shownBefore = seen;
      shownSince = now;
    }
    return !now.isBefore(shownSince.plus(STANDSTILL));
  }
}
