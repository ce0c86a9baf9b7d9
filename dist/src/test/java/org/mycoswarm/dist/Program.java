package org.mycoswarm.dist;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process that a test started, and what a bad day can do to it. For one thread.
public final class Program {
  private final String name;
  private final Process process;
  private final Path log;
  private boolean ended;

  private Program(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  static Program start(
      String name, List<String> command, Map<String, String> environment, Path log) {
    try {
      Files.createDirectories(log.getParent());
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      return new Program(name, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /// Whether the test itself ended it.
  public boolean ended() {
    return ended;
  }

  /// SIGKILL, as when the power goes, to it and all that it started; returns when they are gone.
  public void kill() {
    ended = true;
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly(); // first: nothing is to be started again
    started.forEach(ProcessHandle::destroyForcibly);
    awaitEnd();
    Await.until(
        Swarm.SOON,
        "all that '" + name + "' started is gone",
        // A dead process that nobody has waited for yet has no command line.
        () -> started.stream().allMatch(one -> one.info().commandLine().isEmpty()));
  }

  /// SIGINT to its process group, as Ctrl-C does; for a program in a group of its own.
  public void interrupt() {
    signal("INT", "-" + pid());
  }

  /// SIGTERM, as a person or an init system does; returns the exit code.
  public int stop() {
    ended = true;
    process.destroy();
    return awaitEnd();
  }

  /// SIGSTOP: it stands still and does not know it.
  public void freeze() {
    signal("STOP", Long.toString(pid()));
  }

  /// SIGCONT: it goes on where it stood.
  public void thaw() {
    signal("CONT", Long.toString(pid()));
  }

  /// Waits for its own end and returns the exit code.
  public int awaitEnd() {
    try {
      if (!process.waitFor(Duration.ofMinutes(5).toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            "Expected '%s' to end within 5 minutes, but it runs on:%n%s".formatted(name, log()));
      }
      ended = true;
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Everything it printed so far.
  public String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void signal(String signal, String receiver) {
    CommandRun run =
        CommandRun.of(List.of("kill", "-s", signal, "--", receiver), Map.of(), Path.of("."));
    if (run.exit() != 0) {
      throw new IllegalStateException("Expected to signal '%s': %s".formatted(name, run.err()));
    }
  }
}
