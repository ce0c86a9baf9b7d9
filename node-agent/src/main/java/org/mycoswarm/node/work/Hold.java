package org.mycoswarm.node.work;

import java.time.Duration;

/// How long a lease of this node still holds, as far as the node can know: the broker may have
/// begun to count a little later, but not earlier.
///
/// @param seconds after which it expires unless it is renewed
/// @param sinceNanos when it was leased or renewed last, in [System#nanoTime]
/// @param warned whether it was said that it is about to expire
record Hold(int seconds, long sinceNanos, boolean warned) {
  /// A lease that may expire before another try to renew it.
  record Endangered(String lease, Duration left) {}

  Hold(int seconds, long sinceNanos) {
    this(seconds, sinceNanos, false);
  }

  /// None when it may have expired.
  Duration left(long nanos) {
    Duration left = Duration.ofSeconds(seconds).minusNanos(nanos - sinceNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  boolean endangered(long nanos) {
    return left(nanos).multipliedBy(3).compareTo(Duration.ofSeconds(seconds)) < 0;
  }

  Hold renewed(long nanos) {
    return new Hold(seconds, nanos);
  }

  Hold withWarning() {
    return new Hold(seconds, sinceNanos, true);
  }
}
