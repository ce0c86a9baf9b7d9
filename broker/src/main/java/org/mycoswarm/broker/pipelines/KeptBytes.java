package org.mycoswarm.broker.pipelines;

import java.util.concurrent.atomic.AtomicLong;

/// What the sessions of all pipelines keep in the broker's memory for stages that may be lost.
/// Thread-safe.
final class KeptBytes {
  private final long max;
  private final AtomicLong kept = new AtomicLong();

  /// @param max bytes that all together may keep
  KeptBytes(long max) {
    this.max = max;
  }

  long max() {
    return max;
  }

  /// @return false when there is no room for them; then nothing is taken
  boolean take(long bytes) {
    if (kept.addAndGet(bytes) <= max) {
      return true;
    }
    kept.addAndGet(-bytes);
    return false;
  }

  void give(long bytes) {
    kept.addAndGet(-bytes);
  }
}
