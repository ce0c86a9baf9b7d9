package org.mycoswarm.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.FileReport;

/// A swarm in the middle of its day: for the looks of the page.
final class BusySwarm {
  private BusySwarm() {}

  /// Jobs `notes-1` (ended with failures) and `docs-2` (running), and four nodes, one of them
  /// offline.
  static void fill(ScriptedSwarm swarm) {
    swarm.node("n-7f3a", "workstation", "cuda:0", 41_300);
    swarm.node("n-11c0", "old-laptop", "cpu", 2_480);
    swarm.node("n-93bd", "pi-kitchen", "cpu", 310);
    swarm.node("n-5e21", "mac-mini", "cpu", 5_120);
    ended(swarm);
    running(swarm);
    swarm.offline("n-5e21");
  }

  private static void ended(ScriptedSwarm swarm) {
    swarm.job("notes-1", "notes", 3, files(2));
    swarm.succeed(swarm.lease("notes-1.0", "n-11c0"), 40);
    swarm.succeed(swarm.lease("notes-1.1", "n-11c0"), 20);
    swarm.bury(swarm.lease("notes-1.2", "n-5e21"), "The model could not be read: disk is full.");
    swarm.finish("notes-1", "succeeded-with-failures");
  }

  private static void running(ScriptedSwarm swarm) {
    swarm.job("docs-2", "debian-handbook and everything beside it", 60, files(12));
    swarm.succeed(swarm.lease("docs-2.0", "n-93bd"), 1_840);
    swarm.fail(swarm.lease("docs-2.3", "n-93bd"), "Expected 8 rows, but the session gave 7.");
    for (int number = 1; number < 34; number++) {
      swarm.succeed(swarm.lease("docs-2." + number, number % 4 == 0 ? "n-11c0" : "n-7f3a"), 32);
    }
    swarm.bury(
        swarm.lease("docs-2.34", "n-11c0"), "Three attempts failed, the last: out of memory.");
    swarm.fail(swarm.lease("docs-2.35", "n-93bd"), "The lease ended while the node slept.");
    swarm.lease("docs-2.36", "n-7f3a");
    swarm.lease("docs-2.37", "n-7f3a");
    swarm.lease("docs-2.38", "n-11c0");
  }

  private static List<FileReport> files(int embedded) {
    var files = new ArrayList<FileReport>();
    for (int i = 0; i < embedded; i++) {
      files.add(file("guide/chapter-%02d.md".formatted(i + 1), "embedded", 32, null));
    }
    files.add(
        file(
            "scans/map.png",
            "unsupported",
            0,
            "Expected text, Markdown or HTML, but it is image/png."));
    files.add(file("empty.txt", "empty", 0, "It has no text."));
    files.add(file("dump.sql", "too-large", 0, "Expected at most 16 MiB, but it has 20.4 MiB."));
    return files;
  }

  private static FileReport file(String path, String status, int chunks, @Nullable String reason) {
    return new FileReport(path, status, "ab".repeat(32), chunks, chunks, null, reason);
  }
}
