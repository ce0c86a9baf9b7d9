package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Says what the figures were measured on.
final class Machine {
  private Machine() {}

  static String describe() throws IOException, InterruptedException {
    return "mycoSwarm %s · %s %s · %d cores · Java %s"
        .formatted(
            commit(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"));
  }

  private static String commit() throws IOException, InterruptedException {
    Process git = new ProcessBuilder("git", "rev-parse", "--short", "HEAD").start();
    String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return git.waitFor() == 0 ? "commit " + commit : "of an unknown commit";
  }
}
