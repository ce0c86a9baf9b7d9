package org.mycoswarm.broker.collections;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.IndexRun.Outcome;
import org.mycoswarm.broker.collections.RunPlan.Change;
import org.mycoswarm.broker.collections.RunPlan.Planned;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunReport.Failure;
import org.mycoswarm.schema.wire.RunReport.FileOutcome;
import org.mycoswarm.schema.wire.RunReport.NodeWork;
import org.mycoswarm.search.DocumentState;
import org.mycoswarm.search.Stats;
import org.mycoswarm.search.VectorIndex;

/// Says what a run did, from its plan, what came of it, and the index as it is now.
final class RunReports {
  private static final Set<String> NOTHING_TO_INDEX = Set.of("unsupported", "empty");

  private final Work work;

  RunReports(Work work) {
    this.work = work;
  }

  RunReport of(
      String collection,
      RunState run,
      Generation generation,
      RunPlan plan,
      Outcome outcome,
      VectorIndex index)
      throws InterruptedException {
    Map<String, DocumentState> indexed = new HashMap<>();
    index.documents(document -> indexed.put(document.path(), document));
    List<FileOutcome> files = files(plan, outcome, indexed);
    SortedMap<String, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(file.change(), 1, Integer::sum));
    files.removeIf(file -> file.change().equals("unchanged"));
    String state =
        outcome.cancelled()
            ? "cancelled"
            : counts.containsKey("failed") ? "succeeded-with-failures" : "succeeded";
    return new RunReport(
        run.id(),
        collection,
        state,
        null,
        generation.number(),
        generation.model(),
        run.startedAt(),
        Instant.now(),
        counts,
        outcome.chunksEmbedded(),
        outcome.indexWrites(),
        nodes(outcome.jobs()),
        indexed.size(),
        indexed.values().stream().mapToInt(DocumentState::chunks).sum(),
        files);
  }

  /// Of a run that failed as a whole: it says why, and what still serves.
  static RunReport failed(
      String collection, RunState run, Generation generation, String why, Stats serving) {
    return new RunReport(
        run.id(),
        collection,
        "failed",
        why,
        generation.number(),
        generation.model(),
        run.startedAt(),
        Instant.now(),
        Map.of(),
        0,
        0,
        List.of(),
        (int) serving.documents(),
        (int) serving.chunks(),
        List.of());
  }

  private static List<FileOutcome> files(
      RunPlan plan, Outcome outcome, Map<String, DocumentState> indexed) {
    List<FileOutcome> files = new ArrayList<>();
    Set<String> movedFrom = new HashSet<>();
    for (Planned file : plan.files()) {
      if (file.change() == Change.MOVED) {
        movedFrom.add(String.valueOf(file.from()));
      }
      files.add(file(file, outcome, indexed.get(file.file().path())));
    }
    if (!outcome.cancelled()) {
      for (String path : plan.removed()) {
        if (!movedFrom.contains(path)) {
          files.add(new FileOutcome(path, "removed", null, 0, null, null, null));
        }
      }
    }
    for (FolderListing.LeftOut left : plan.leftOut()) {
      files.add(leftOut(left, indexed.get(left.path())));
    }
    files.sort(Comparator.comparing(FileOutcome::path));
    return files;
  }

  private static FileOutcome leftOut(FolderListing.LeftOut left, @Nullable DocumentState older) {
    return new FileOutcome(
        left.path(),
        left.unreadable() ? "failed" : "skipped",
        null,
        older == null ? 0 : older.chunks(),
        null,
        null,
        new Failure(
            "folder",
            left.unreadable() ? "unreadable" : "left-out",
            left.reason(),
            left.unreadable(),
            older != null));
  }

  private static FileOutcome file(
      Planned planned, Outcome outcome, @Nullable DocumentState indexed) {
    FolderFile file = planned.file();
    Failure failure = outcome.failures().get(file.path());
    boolean done = indexed != null && indexed.contentHash().equals(file.sha256());
    return new FileOutcome(
        file.path(),
        failure != null ? word(failure) : done ? word(planned.change()) : "pending",
        file.sha256(),
        indexed == null ? 0 : indexed.chunks(),
        planned.from(),
        note(outcome, file),
        failure);
  }

  private static @Nullable String note(Outcome outcome, FolderFile file) {
    return outcome.notes().get(file.sha256());
  }

  /// That a picture has no text is no failure.
  private static String word(Failure failure) {
    return NOTHING_TO_INDEX.contains(failure.error()) ? "skipped" : "failed";
  }

  private static String word(Change change) {
    return switch (change) {
      case ADDED -> "added";
      case CHANGED -> "changed";
      case MOVED -> "moved";
      case TOUCHED, UNCHANGED -> "unchanged";
    };
  }

  private List<NodeWork> nodes(List<JobId> jobs) throws InterruptedException {
    TreeMap<String, NodeWork> nodes = new TreeMap<>();
    for (JobId job : jobs) {
      for (JobView.NodeShare share : work.job(job).map(JobView::nodes).orElse(List.of())) {
        nodes.merge(
            share.node(),
            new NodeWork(share.node(), share.name(), share.tasks(), share.totals()),
            RunReports::sum);
      }
    }
    return List.copyOf(nodes.values());
  }

  private static NodeWork sum(NodeWork one, NodeWork other) {
    TreeMap<String, Long> totals = new TreeMap<>(one.totals());
    other.totals().forEach((unit, amount) -> totals.merge(unit, amount, Long::sum));
    return new NodeWork(one.node(), one.name(), one.tasks() + other.tasks(), totals);
  }
}
