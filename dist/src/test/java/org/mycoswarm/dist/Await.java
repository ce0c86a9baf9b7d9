package org.mycoswarm.dist;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits on a condition, never for a time.
public final class Await {
  private static final long LOOK_EVERY_NANOS = Duration.ofMillis(50).toNanos();

  private Await() {}

  /// @param what such as `the broker serves`, for the message
  public static void until(Duration max, String what, BooleanSupplier reached) {
    long deadline = System.nanoTime() + max.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("Expected that %s within %s, but not so".formatted(what, max));
      }
      LockSupport.parkNanos(LOOK_EVERY_NANOS);
    }
  }
}
