package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.CollectionRefused.Cause;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.CollectionView;
import org.mycoswarm.schema.wire.RunReport;
import org.mycoswarm.schema.wire.RunView;
import org.mycoswarm.search.Stats;

/// Collections and their runs as some records have them, now or at a moment of the past. The index
/// of then is not kept: how large it was is what the report of its last run said. How far a run had
/// come is not in the log, so that one that went on then has no progress. Thread-safe.
public final class CollectionHistory {
  private final Collections collections;
  private final BlobStore blobs;

  /// @param blobs where the reports are
  public CollectionHistory(Records records, BlobStore blobs) {
    this.collections = new Collections(records);
    this.blobs = blobs;
  }

  /// Every collection, by name.
  ///
  /// @throws IOException when a report cannot be read
  public List<CollectionView> all() throws IOException {
    List<CollectionView> views = new ArrayList<>();
    for (var each : collections.all().entrySet()) {
      views.add(view(each.getKey(), each.getValue()));
    }
    return views;
  }

  /// @throws CollectionRefused when there is none
  /// @throws IOException when a report cannot be read
  public CollectionView collection(CollectionName name) throws IOException {
    return view(name, known(name));
  }

  /// The runs of a collection, newest first: the one that goes on, and the last ones.
  ///
  /// @throws CollectionRefused when there is no such collection
  public List<RunView> runs(CollectionName name) {
    return known(name).runs().map(run -> view(name, run, null)).toList();
  }

  /// @throws CollectionRefused when there is no such run
  public RunView view(CollectionName name, String run) {
    return view(name, run(name, run), null);
  }

  /// @return empty when the run has no report: it goes on, or failed and its report could not be
  ///     kept
  /// @throws CollectionRefused when there is no such run, or its report is not kept any more
  public Optional<RunReport> report(CollectionName name, String run) throws IOException {
    String blob = run(name, run).report();
    return blob == null ? Optional.empty() : Optional.of(report(run, blob));
  }

  private RunReport report(String run, String blob) throws IOException {
    if (blobs.size(new BlobHash(blob)).isEmpty()) {
      throw new CollectionRefused(
          Cause.UNKNOWN,
          "Expected the report of run '%s', but it is not kept any more: those of the last %d runs of a collection are"
              .formatted(run, CollectionState.HISTORY_MAX));
    }
    return Chunked.json(blobs, blob, RunReport.class);
  }

  CollectionState known(CollectionName name) {
    return collections
        .get(name)
        .orElseThrow(
            () ->
                new CollectionRefused(
                    Cause.UNKNOWN,
                    "Expected a collection '%s', but there is none; GET /api/v1/collections lists them"
                        .formatted(name)));
  }

  RunState run(CollectionName name, String id) {
    return known(name)
        .runs()
        .filter(run -> run.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new CollectionRefused(
                    Cause.UNKNOWN,
                    "Expected a run '%s' of collection '%s', but there is none; GET /api/v1/collections/%s/runs lists them"
                        .formatted(id, name, name)));
  }

  private CollectionView view(CollectionName name, CollectionState state) throws IOException {
    RunState run = state.run();
    return view(name, state, size(state), run == null ? null : view(name, run, null));
  }

  /// As the last report on the generation that served says; bytes are not in it.
  private Stats size(CollectionState state) throws IOException {
    Generation serving = state.serving();
    if (serving == null) {
      return new Stats(0, 0, 0);
    }
    for (RunState run : state.history()) {
      String blob = run.report();
      if (run.generation() == serving.number() && succeeded(run) && blob != null) {
        RunReport report = report(run.id(), blob);
        return new Stats(report.documents(), report.chunks(), 0);
      }
    }
    return new Stats(0, 0, 0);
  }

  private static boolean succeeded(RunState run) {
    return run.state().startsWith("succeeded");
  }

  static CollectionView view(
      CollectionName name, CollectionState state, Stats size, @Nullable RunView run) {
    Generation shown = state.serving() == null ? state.target() : state.serving();
    return new CollectionView(
        name.value(),
        state.folder(),
        shown.model(),
        shown.modelName(),
        shown.chunkTokens(),
        shown.overlapTokens(),
        state.serving() == null ? 0 : shown.number(),
        state.previous() == null ? null : state.previous().number(),
        (int) size.documents(),
        (int) size.chunks(),
        size.bytes(),
        run,
        state.history().stream()
            .filter(CollectionHistory::succeeded)
            .map(RunState::endedAt)
            .findFirst()
            .orElse(null));
  }

  static RunView view(CollectionName name, RunState run, RunView.@Nullable Progress progress) {
    return new RunView(
        run.id(),
        name.value(),
        run.state(),
        run.reason(),
        run.generation(),
        run.startedAt(),
        run.endedAt(),
        run.counts(),
        progress);
  }
}
