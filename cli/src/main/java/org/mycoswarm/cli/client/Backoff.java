package org.mycoswarm.cli.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// Longer and longer pauses, from 0.1 s to 2 s, until patience is at its end. Patience begins with
/// the first pause: a call that took long before it was lost is tried again for as long as any
/// other. For one thread.
final class Backoff {
  private static final long LONGEST_MILLIS = 2_000;

  private final Duration patience;
  private @Nullable Long deadlineNanos;
  private long nextMillis = 100;

  Backoff(Duration patience) {
    this.patience = patience;
  }

  /// Waits a while; false, at once, when there is no time left.
  boolean pause() {
    return pause(Duration.ZERO);
  }

  /// @param least what the other side asked for; waited for even when our own pauses are shorter
  boolean pause(Duration least) {
    long now = System.nanoTime();
    if (deadlineNanos == null) {
      deadlineNanos = now + patience.toNanos();
    }
    long leftMillis = (deadlineNanos - now) / 1_000_000;
    if (leftMillis <= 0) {
      return false;
    }
    try {
      Thread.sleep(Math.min(Math.max(nextMillis, least.toMillis()), leftMillis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(ExitCode.FAILURES, "Stopped while waiting for the broker.");
    }
    nextMillis = Math.min(LONGEST_MILLIS, nextMillis * 2);
    return true;
  }
}
