package org.mycoswarm.cli.process;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// Keeps one process running: starts it again when it ends by itself, later and later while it
/// keeps ending. For one thread, which it occupies until it is interrupted or stopping.
public final class Restarter {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  /// Who has run for so long counts as well again.
  private static final Duration WELL_AFTER = Duration.ofSeconds(60);

  private static final Duration SETTLE = Duration.ofMillis(300);

  private final Supplier<Boolean> stopping;
  private final Consumer<String> say;

  /// @param stopping whether the end of the process is wanted now
  /// @param say takes a sentence for the person at the terminal
  public Restarter(Supplier<Boolean> stopping, Consumer<String> say) {
    this.stopping = stopping;
    this.say = say;
  }

  public void keep(Child first, Supplier<Child> again) {
    Child child = first;
    Duration pause = FIRST;
    boolean said = false;
    boolean healed = false;
    while (true) {
      long started = System.nanoTime();
      int code = await(child);
      Pause.of(SETTLE); // who ends all processes may reach the child first, us a moment later
      if (stopping.get()) {
        return;
      }
      if (System.nanoTime() - started > WELL_AFTER.toNanos()) {
        pause = FIRST;
        said = false;
        healed = false;
      }
      if (!said) {
        say.accept(
            "The %s ended by itself with code %d; starting it again (log: %s)."
                .formatted(child.name(), code, child.log()));
        said = true;
      }
      Pause.of(pause);
      pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
      if (stopping.get()) {
        return;
      }
      child = restart(child, again);
      if (child.alive() && !healed) {
        say.accept("The %s runs again.".formatted(child.name()));
        healed = true;
      }
    }
  }

  private Child restart(Child ended, Supplier<Child> again) {
    try {
      return again.get();
    } catch (CommandFailed e) {
      return ended; // it ended again before it served: its log says why, and the next try is later
    }
  }

  private static int await(Child child) {
    try {
      return child.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(ExitCode.FAILURES, "Stopped while watching the processes.");
    }
  }
}
