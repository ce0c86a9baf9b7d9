package org.mycoswarm.queue.domain;

import java.time.Duration;

/// When a task that failed is tried again: after `firstDelay`, doubled with every further failure
/// up to `delayMax`, less a jitter of up to one half. The jitter is a hash of task and attempt, so
/// that replay needs no dice.
///
/// @param attemptsMax failures and expired leases after which the task is buried
public record RetryPolicy(int attemptsMax, Duration firstDelay, Duration delayMax) {
  public RetryPolicy {
    if (attemptsMax < 1) {
      throw new IllegalArgumentException(
          "Expected attemptsMax of 1 or more, but it is " + attemptsMax);
    }
    if (firstDelay.isNegative() || delayMax.compareTo(firstDelay) < 0) {
      throw new IllegalArgumentException(
          "Expected 0 <= firstDelay <= delayMax, but they are %s and %s"
              .formatted(firstDelay, delayMax));
    }
  }

  /// @param failures how often the task has failed, this time included; 1 or more
  Duration delay(LeaseId lease, int failures) {
    long full = Math.min(delayMax.toMillis(), firstDelay.toMillis() << Math.min(failures - 1, 20));
    long dice = Integer.toUnsignedLong((lease.toString().hashCode() * 0x9E3779B9) >>> 1);
    return Duration.ofMillis(full - full * (dice & 0xFFFF) / 0x20000);
  }
}
