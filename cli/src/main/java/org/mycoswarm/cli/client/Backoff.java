package org.mycoswarm.cli.client;

import java.time.Duration;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// Longer and longer pauses, from 0.1 s to 2 s, until patience is at its end. For one thread.
final class Backoff {
  private static final long LONGEST_MILLIS = 2_000;

  private final long deadlineNanos;
  private long nextMillis = 100;

  Backoff(Duration patience) {
    deadlineNanos = System.nanoTime() + patience.toNanos();
  }

  /// Waits a while; false, at once, when there is no time left.
  boolean pause() {
    return pause(Duration.ZERO);
  }

  /// @param least what the other side asked for; waited for even when our own pauses are shorter
  boolean pause(Duration least) {
    long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
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
