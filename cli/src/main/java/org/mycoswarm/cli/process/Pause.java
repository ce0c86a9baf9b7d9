package org.mycoswarm.cli.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// Waits for what other processes do.
final class Pause {
  private Pause() {}

  static void until(Duration max, BooleanSupplier reached, Supplier<CommandFailed> late) {
    long deadline = System.nanoTime() + max.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw late.get();
      }
      of(Duration.ofMillis(100));
    }
  }

  static void of(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(ExitCode.FAILURES, "Stopped while waiting.");
    }
  }
}
