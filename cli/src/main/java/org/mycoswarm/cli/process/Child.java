package org.mycoswarm.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// A process that we started, with its output in a log file. Any thread may use it.
public final class Child {
  private static final int TAIL_LINES = 20;

  /// A terminal sends Ctrl-C and its own closing to all its processes at once; ours are to end one
  /// after the other, when we ask them to. Both signals stay ignored through `exec`, as does the
  /// process's id.
  private static final List<String> DEAF_TO_THE_TERMINAL =
      List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$0\" \"$@\"");

  private final String name;
  private final Process process;
  private final Path log;

  private Child(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /// Only [#stop] ends it, not Ctrl-C.
  ///
  /// @param name for people, such as `broker`
  /// @param log what it prints is added to this file
  public static Child start(String name, List<String> command, Path log) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      ProcessBuilder builder = new ProcessBuilder(deaf(command));
      // The person's own join text is for a broker elsewhere.
      builder.environment().remove("MYCOSWARM_JOIN");
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.redirectInput(ProcessBuilder.Redirect.from(nothing()));
      return new Child(name, builder.start(), log);
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.FAILURES, "Expected to start the %s, but that failed: %s".formatted(name, e));
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

  public Path log() {
    return log;
  }

  /// Waits for its end.
  public int await() throws InterruptedException {
    return process.waitFor();
  }

  /// Asks it to end, waits, and ends it by force when it does not.
  public void stop(Duration grace) {
    process.destroy();
    try {
      if (!process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /// What it said last, for an error message.
  public String lastWords() {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(
          System.lineSeparator(),
          lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    } catch (IOException e) {
      return "(its log %s cannot be read: %s)".formatted(log, e);
    }
  }

  CommandFailed endedEarly(String expected) {
    return new CommandFailed(
        ExitCode.FAILURES,
        "Expected %s, but the %s ended with code %d. Its log is %s and ends so:%n%s"
            .formatted(expected, name, process.exitValue(), log, lastWords()));
  }

  private static List<String> deaf(List<String> command) {
    List<String> all = new ArrayList<>(windows() ? List.of() : DEAF_TO_THE_TERMINAL);
    all.addAll(command);
    return all;
  }

  private static java.io.File nothing() {
    return new java.io.File(windows() ? "NUL" : "/dev/null");
  }

  private static boolean windows() {
    return System.getProperty("os.name").startsWith("Windows");
  }
}
