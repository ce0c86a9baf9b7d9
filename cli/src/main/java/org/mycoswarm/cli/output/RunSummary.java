package org.mycoswarm.cli.output;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;
import org.mycoswarm.schema.wire.RunReport.NodeWork;

/// A run's report, as a person reads it in the morning.
public final class RunSummary {
  private static final int FILES_SHOWN = 20;
  private static final List<String> ORDER =
      List.of("added", "changed", "moved", "removed", "unchanged", "failed", "skipped", "pending");

  private RunSummary() {}

  public static void print(PrintStream out, RunReport report) {
    out.println(
        "%s: %s in %s"
            .formatted(
                report.collection(),
                report.state(),
                Figures.duration(Duration.between(report.startedAt(), report.endedAt()))));
    if (report.reason() != null) {
      out.println("  " + Table.printable(report.reason()));
    }
    Map<String, Integer> counts = report.counts();
    for (String change : ORDER) {
      Integer files = counts.get(change);
      if (files != null) {
        out.println("  %-10s %s".formatted(change, Figures.count(files, "file")));
      }
    }
    out.println(
        "  %-10s %s, by %s"
            .formatted("embedded", Figures.count(report.chunksEmbedded(), "chunk"), nodes(report)));
    out.println(
        "  %-10s %s, %s"
            .formatted(
                "now",
                Figures.count(report.documents(), "document"),
                Figures.count(report.chunks(), "chunk")));
    printProblems(out, report);
  }

  /// What failed makes the run fail for scripts; what was left out does not.
  public static ExitCode exitCode(RunReport report) {
    return report.state().equals("succeeded") ? ExitCode.OK : ExitCode.FAILURES;
  }

  private static String nodes(RunReport report) {
    List<String> names = report.nodes().stream().map(NodeWork::name).map(Table::printable).toList();
    return names.isEmpty() ? "nobody" : String.join(", ", names);
  }

  private static void printProblems(PrintStream out, RunReport report) {
    List<FileOutcome> failed =
        report.files().stream().filter(file -> file.change().equals("failed")).toList();
    for (FileOutcome file : failed.subList(0, Math.min(failed.size(), FILES_SHOWN))) {
      RunReport.Failure failure = file.failure();
      out.println(
          "  failed: %s: %s%s"
              .formatted(
                  Table.printable(file.path()),
                  failure == null ? "" : Table.printable(failure.message()),
                  failure != null && failure.servesOlder() ? " (its older form stays)" : ""));
    }
    if (failed.size() > FILES_SHOWN) {
      out.println(
          "  ... and %s more: ./mycoswarm collections report %s"
              .formatted(Figures.number(failed.size() - FILES_SHOWN), report.collection()));
    }
  }
}
