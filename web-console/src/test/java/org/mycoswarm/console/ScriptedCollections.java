package org.mycoswarm.console;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.CollectionView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;
import org.mycoswarm.schema.wire.RunView;
import org.mycoswarm.schema.wire.SearchAnswer;

/// Collections that are as a test says, in the wire records of the real ones. Any thread.
final class ScriptedCollections {
  static final Instant NIGHT = Instant.parse("2026-11-23T02:30:00Z");

  private final Map<String, CollectionView> collections = new TreeMap<>();
  private final Map<String, List<RunView>> runs = new TreeMap<>();
  private final Map<String, RunReport> reports = new LinkedHashMap<>();
  private final Map<String, SearchAnswer> answers = new TreeMap<>();

  /// Bodies of the POSTs, as they came.
  final List<String> bodies = new CopyOnWriteArrayList<>();

  /// A collection of `generation`, whose last run has ended with these outcomes and counts.
  synchronized void indexed(
      String name, int generation, Map<String, Integer> counts, List<FileOutcome> files) {
    String state = counts.containsKey("failed") ? "succeeded-with-failures" : "succeeded";
    RunView run = run(name, state, counts, NIGHT.plusSeconds(74), null);
    put(name, "/home/me/" + name, generation, run);
    reports.put(
        name,
        new RunReport(
            run.run(),
            name,
            state,
            null,
            generation,
            "sha256:5fa1c7",
            NIGHT,
            NIGHT.plusSeconds(74),
            counts,
            1_312,
            214,
            List.of(
                new RunReport.NodeWork("n-7f3a", "workstation", 61, done(1_104)),
                new RunReport.NodeWork("n-11c0", "old-laptop", 13, done(208))),
            11_480,
            96_211,
            files));
  }

  synchronized void running(String name, RunView.Progress progress) {
    CollectionView before = collections.get(name);
    RunView run = run(name, "running", Map.of(), null, progress);
    put(name, "/home/me/" + name, before == null ? 0 : before.generation(), run);
  }

  synchronized void answer(String name, SearchAnswer answer) {
    answers.put(name, answer);
  }

  /// @param path what follows `/collections`
  /// @return null for what is not there
  synchronized @Nullable Object call(String method, String path, String body) {
    if (method.equals("POST")) {
      bodies.add(path + " " + body);
    }
    String[] parts = path.split("/", -1);
    if (parts.length == 1) {
      return new Page<>(List.copyOf(collections.values()), null);
    }
    String name = parts[1];
    if (path.endsWith("/runs") && method.equals("POST")) {
      running(name, new RunView.Progress("scan", 0, 0, 0, 0, 0, null));
      return Objects.requireNonNull(runs.get(name)).getFirst();
    }
    return collections.containsKey(name) ? ofOne(name, path.substring(name.length() + 1)) : null;
  }

  private @Nullable Object ofOne(String name, String rest) {
    CollectionView view = Objects.requireNonNull(collections.get(name));
    List<RunView> past = Objects.requireNonNull(runs.get(name));
    return switch (rest) {
      case "" -> view;
      case "/runs" -> new Page<>(past, null);
      case "/search" -> answers.get(name);
      case "/rollback" -> put(name, view.folder(), view.generation() - 1, past.getFirst());
      default -> ofRun(name, rest, past.getFirst());
    };
  }

  private @Nullable Object ofRun(String name, String rest, RunView last) {
    if (rest.endsWith("/report")) {
      return reports.get(name);
    }
    if (rest.endsWith("/cancel")) {
      RunView ended = run(name, "cancelled", Map.of("pending", 3), NIGHT.plusSeconds(9), null);
      put(name, "/home/me/" + name, 1, ended);
      return ended;
    }
    return last;
  }

  private CollectionView put(String name, @Nullable String folder, int generation, RunView run) {
    var view =
        new CollectionView(
            name,
            folder,
            "sha256:5fa1c7",
            "all-minilm-l6-v2-int8",
            200,
            20,
            generation,
            generation > 1 ? generation - 1 : null,
            generation == 0 ? 0 : 11_480,
            generation == 0 ? 0 : 96_211,
            412L << 20,
            run,
            generation == 0 ? null : NIGHT.plusSeconds(74));
    collections.put(name, view);
    runs.put(name, List.of(run));
    return view;
  }

  private static RunView run(
      String name,
      String state,
      Map<String, Integer> counts,
      @Nullable Instant ended,
      RunView.@Nullable Progress progress) {
    return new RunView(
        name + "-run", name, state, null, 1, NIGHT, ended, new TreeMap<>(counts), progress);
  }

  private static Map<String, Long> done(long vectors) {
    return Map.of("chunks", vectors, "vectors", vectors);
  }
}
