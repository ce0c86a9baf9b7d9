package org.mycoswarm.queue.engine;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;

/// A wall clock that only goes forward, and at an even pace: it starts at the system's time, or at
/// a given time when that is later, and then follows the machine's monotonic timer. Setting the
/// system's clock neither expires leases nor delays retries. Thread-safe.
public final class SteadyClock extends Clock {
  private final Clock system;
  private final Instant start;
  private final long startNanos;

  /// @param notBefore such as the time of the newest entry in the log
  public SteadyClock(Clock system, Instant notBefore) {
    this.system = system;
    Instant now = system.instant();
    this.start = now.isBefore(notBefore) ? notBefore : now;
    this.startNanos = System.nanoTime();
  }

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - startNanos);
  }

  @Override
  public ZoneId getZone() {
    return system.getZone();
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return new SteadyClock(system.withZone(zone), start);
  }
}
