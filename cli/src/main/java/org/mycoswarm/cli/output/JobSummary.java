package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.wire.FileReport;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.JobView.NodeShare;

/// What a job that has ended did: its sums, each node's share, and the files that gave no vectors.
public final class JobSummary {
  private static final int FILES_SHOWN = 10;

  /// What was embedded, or had nothing in it to embed.
  private static final Set<String> FINE = Set.of("embedded", "empty");

  private JobSummary() {}

  public static void print(PrintStream out, JobView job) {
    Duration took =
        job.finishedAt() == null
            ? Duration.ZERO
            : Duration.between(job.submittedAt(), job.finishedAt());
    out.printf("Job %s %s after %s.%n", job.job(), job.state(), Figures.duration(took));
    for (NodeShare share : job.nodes()) {
      long vectors = share.totals().getOrDefault("vectors", 0L);
      double seconds =
          Math.max(0.001, Duration.between(share.firstAt(), share.lastAt()).toMillis() / 1000.0);
      out.printf(
          "  node %s: %s, %s (%s chunks/s)%n",
          Table.printable(share.name()),
          Figures.count(share.tasks(), "task"),
          Figures.count(vectors, "chunk") + " embedded",
          Figures.rate(vectors / seconds));
    }
  }

  public static void print(PrintStream out, JobReport report) {
    int chunks = report.files().stream().mapToInt(FileReport::chunks).sum();
    int vectors = report.files().stream().mapToInt(FileReport::vectors).sum();
    out.printf(
        "  %s: %s; %s, %s%n",
        Figures.count(report.files().size(), "file"),
        counts(report.counts()),
        Figures.count(chunks, "chunk"),
        Figures.count(vectors, "vector"));
    List<FileReport> left =
        report.files().stream().filter(file -> !FINE.contains(file.status())).toList();
    for (FileReport file : left.subList(0, Math.min(FILES_SHOWN, left.size()))) {
      out.printf(
          "  %s %s: %s%n",
          file.status(),
          Table.printable(file.path()),
          Table.printable(file.reason() == null ? "no reason given" : file.reason()));
    }
    if (left.size() > FILES_SHOWN) {
      out.printf("  and %s more: ./mycoswarm report %s%n", left.size() - FILES_SHOWN, report.job());
    }
  }

  /// A file that is no document is no failure: it is reported, and the job is still a success.
  public static ExitCode exitCode(JobView job) {
    return job.state().equals("succeeded") ? ExitCode.OK : ExitCode.FAILURES;
  }

  private static String counts(Map<String, Integer> counts) {
    StringBuilder words = new StringBuilder();
    new TreeMap<>(counts)
        .forEach(
            (status, count) -> {
              if (count > 0) {
                words.append(words.isEmpty() ? "" : ", ").append(count).append(' ').append(status);
              }
            });
    return words.isEmpty() ? "none" : words.toString();
  }
}
