package org.mycoswarm.queue.engine;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.mycoswarm.queue.domain.LeaseId;

/// Finds the leases whose time is over, tick by tick. When far more time passed between two ticks
/// than should have, the process or its machine stood still and heard nobody: that says nothing of
/// the nodes, so every lease runs on by as long. Has no thread; one at a time may use it.
public final class LeaseWatch {
  /// How often [#tick] should be called.
  public static final Duration TICK = Duration.ofMillis(50);

  /// Shorter pauses are the garbage collector's and the scheduler's, and leases have room for them.
  private static final Duration PAUSE_MIN = Duration.ofSeconds(1);

  /// Leases that one command expires at most.
  private static final int LEASES_MAX = 500;

  private final Clock clock;
  private final LeaseDeadlines deadlines;
  private final Set<LeaseId> due = new LinkedHashSet<>();
  private Instant before;

  /// @param clock the one of the deadlines
  public LeaseWatch(Clock clock, LeaseDeadlines deadlines) {
    this.clock = clock;
    this.deadlines = deadlines;
    this.before = clock.instant();
  }

  /// Looks at the clock once: a pause after that look counts at the next tick, and makes nothing
  /// due at this one.
  ///
  /// @return for how long nobody was heard, or zero
  public Duration tick() {
    Instant now = clock.instant();
    Duration passed = Duration.between(before, now);
    before = now;
    boolean paused = passed.minus(TICK).compareTo(PAUSE_MIN) > 0;
    if (paused) {
      deadlines.away(passed, now);
    }
    due.addAll(deadlines.takeDue(now));
    return paused ? passed : Duration.ZERO;
  }

  /// Some leases to expire, or none. What was taken as due can be renewed no more, so it stays due
  /// until it is [#expired].
  public List<LeaseId> due() {
    return due.stream().limit(LEASES_MAX).toList();
  }

  /// The writer has answered: they hold no more.
  public void expired(List<LeaseId> leases) {
    leases.forEach(due::remove);
  }
}
