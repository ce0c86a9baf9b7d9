package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// All of a task that the queue decides by. Tasks of one submission mostly share their terms, so
/// the state keeps each only once; what is to be done is kept elsewhere ([SpecStore]).
///
/// @param limitKey what the task shares a [Throttle] by, or null
/// @param cost how much work it is, in the kind's own unit; fair shares and leases by cost count it
/// @param deadline when it ends without a result if it has not ended before, or null
public record Terms(
    Requirement requirement,
    RetryPolicy retry,
    Duration leaseTime,
    @Nullable String limitKey,
    long cost,
    @Nullable Instant deadline) {
  static final long COST_MAX = 1_000_000_000_000L;

  public Terms {
    if (!leaseTime.isPositive()) {
      throw new IllegalArgumentException("Expected a positive lease time, but it is " + leaseTime);
    }
    if (cost < 1 || cost > COST_MAX) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Expected a cost of 1 to %,d, but it is %,d", COST_MAX, cost));
    }
  }
}
