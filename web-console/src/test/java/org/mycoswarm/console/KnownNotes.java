package org.mycoswarm.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.RunReport.Failure;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;
import org.mycoswarm.schema.wire.RunView;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchAnswer.Hit;
import org.mycoswarm.schema.wire.SearchAnswer.Passage;
import org.mycoswarm.schema.wire.SearchAnswer.Span;

/// A collection `notes` after its night, with an answer to a search, and a collection `manuals` at
/// work.
final class KnownNotes {
  static final String HOSTILE = "<img src=x onerror=document.title='owned'>";

  private KnownNotes() {}

  static void fill(ScriptedCollections collections) {
    collections.indexed(
        "notes",
        2,
        Map.of(
            "added",
            180,
            "changed",
            31,
            "moved",
            12,
            "removed",
            3,
            "unchanged",
            11_257,
            "failed",
            2,
            "skipped",
            18),
        files());
    collections.answer("notes", answer());
    collections.running("manuals", new RunView.Progress("work", 40, 12, 900, 640, 160, 134L));
  }

  /// 246 files: enough for three pages.
  static List<FileOutcome> files() {
    var files = new ArrayList<FileOutcome>();
    files.add(failed("scans/contract.pdf", "parse", "locked", "It needs a password.", false));
    files.add(failed("dump.eml", "read", "timeout", "It took longer than 60 s.", true));
    files.add(outcome("house/" + HOSTILE + ".md", "changed", null));
    for (int i = 1; i <= 180; i++) {
      files.add(outcome("garden/bed-%03d.md".formatted(i), "added", null));
    }
    for (int i = 1; i <= 30; i++) {
      files.add(outcome("house/room-%02d.md".formatted(i), "changed", null));
    }
    for (int i = 1; i <= 12; i++) {
      files.add(outcome("archive/boat-%02d.md".formatted(i), "moved", "boat-%02d.md".formatted(i)));
    }
    for (int i = 1; i <= 3; i++) {
      files.add(outcome("old-%d.txt".formatted(i), "removed", null));
    }
    for (int i = 1; i <= 18; i++) {
      files.add(outcome("scans/map-%02d.png".formatted(i), "skipped", null));
    }
    return files;
  }

  /// The first passage begins with a letter beyond the first 65,536, so that code points are not
  /// what a string's index counts.
  static SearchAnswer answer() {
    String text = "𝔗he 🔥 heating is serviced in May.\n" + HOSTILE;
    var first = new Passage("House > Heating", 3, 0, 80, text, List.of(new Span(6, 13)));
    var second = new Passage(null, null, 200, 240, "The boiler is in the cellar.", List.of());
    return new SearchAnswer(
        "notes",
        2,
        "hybrid",
        null,
        34,
        List.of(
            hit("house/heating.txt", "The heating", "changed", null, List.of(first, second)),
            hit("house/oven.txt", null, "gone", null, List.of(second)),
            hit("scans/contract.pdf", null, "same", "It needs a password.", List.of(second))));
  }

  private static Hit hit(
      String path,
      @Nullable String title,
      String source,
      @Nullable String mark,
      List<Passage> passages) {
    return new Hit(
        path,
        title,
        "ab".repeat(32),
        ScriptedCollections.NIGHT,
        source,
        mark,
        0.87,
        0.61,
        null,
        passages);
  }

  private static FileOutcome outcome(String path, String change, @Nullable String from) {
    return new FileOutcome(path, change, "ab".repeat(32), 7, from, null, null);
  }

  private static FileOutcome failed(
      String path, String stage, String error, String message, boolean retryable) {
    return new FileOutcome(
        path,
        "failed",
        "cd".repeat(32),
        0,
        null,
        null,
        new Failure(stage, error, message, retryable, !retryable));
  }
}
