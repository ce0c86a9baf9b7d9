package org.mycoswarm.queue.domain;

import java.time.Duration;

/// What tasks of one kind get when their submission does not say otherwise.
public record KindPolicy(RetryPolicy retry, Duration leaseTime) {
  public KindPolicy {
    if (!leaseTime.isPositive()) {
      throw new IllegalArgumentException("Expected a positive lease time, but it is " + leaseTime);
    }
  }
}
