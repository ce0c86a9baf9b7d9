package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.mycoswarm.benchmarks.Results.Fact;

/// Says what the figures were measured on.
final class Machine {
  private Machine() {}

  /// @param work folder on the disk that is measured
  static List<Fact> facts(Path work) throws IOException, InterruptedException {
    return List.of(
        new Fact("date", LocalDate.now(ZoneOffset.UTC).toString()),
        new Fact("mycoSwarm", commit()),
        new Fact(
            "machine",
            "%d x %s · %d GiB · %s %s"
                .formatted(
                    Runtime.getRuntime().availableProcessors(),
                    line(Path.of("/proc/cpuinfo"), "model name"),
                    kibibytes(line(Path.of("/proc/meminfo"), "MemTotal")) >> 20,
                    System.getProperty("os.name"),
                    System.getProperty("os.version"))),
        new Fact(
            "disk",
            "%s, 1 KiB written and synced: %s"
                .formatted(Files.getFileStore(work).type(), SyncTime.of(work))),
        new Fact("Java", System.getProperty("java.version")),
        new Fact("load average at the start", loadAverage()));
  }

  static String loadAverage() throws IOException {
    String load = Files.readString(Path.of("/proc/loadavg"));
    return load.substring(0, load.indexOf(' ')) + " (0 is a quiet machine)";
  }

  /// The value of the first `name: value` of a file of the kernel.
  private static String line(Path file, String name) throws IOException {
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith(name)) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    return "unknown";
  }

  private static long kibibytes(String value) {
    return Long.parseLong(value.replaceAll("[^0-9]", ""));
  }

  private static String commit() throws IOException, InterruptedException {
    Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
    String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return git.waitFor() == 0 ? "commit " + commit : "of an unknown commit";
  }
}
