package org.mycoswarm.broker.collections;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;

/// A collection, as the log has it. The index itself is a folder on the disk, which a run can build
/// again.
///
/// @param folder absolute, on the broker's machine; null when its files are uploaded
/// @param serving what answers searches; null before the first run has ended
/// @param previous what served before, kept for going back
/// @param building what the run builds; null when it keeps `serving` up to date
/// @param generations how many numbers were given out
/// @param run the one that goes on, or else the last one
/// @param files blob of the last plan that was carried out: what is known of each file
/// @param history runs that have ended, newest first
record CollectionState(
    @Nullable String folder,
    @Nullable Generation serving,
    @Nullable Generation previous,
    @Nullable Generation building,
    int generations,
    @Nullable RunState run,
    @Nullable String files,
    List<RunState> history) {
  static final int HISTORY_MAX = 30;

  static final CollectionState NEW =
      new CollectionState(null, null, null, null, 0, null, null, List.of());

  CollectionState {
    history = List.copyOf(history);
  }

  /// The run that goes on, and those that have ended, newest first.
  Stream<RunState> runs() {
    return run != null && run.isRunning()
        ? Stream.concat(Stream.of(run), history.stream())
        : history.stream();
  }

  /// What the run works on.
  Generation target() {
    return Objects.requireNonNull(building == null ? serving : building);
  }

  CollectionState begun(@Nullable String folder, Generation wanted, RunState run) {
    boolean inPlace = serving != null && serving.number() == wanted.number();
    return new CollectionState(
        folder,
        serving,
        previous,
        inPlace ? null : wanted,
        Math.max(generations, wanted.number()),
        run,
        files,
        history);
  }

  CollectionState running(RunState run) {
    return new CollectionState(
        folder, serving, previous, building, generations, run, files, history);
  }

  /// The vectors of what is built are so long.
  CollectionState building(int dimension) {
    return new CollectionState(
        folder,
        serving,
        previous,
        Objects.requireNonNull(building).withDimension(dimension),
        generations,
        run,
        files,
        history);
  }

  /// The run has done its work: what it built serves from here on.
  CollectionState done(RunState ended) {
    Generation served = building == null ? previous : serving;
    return new CollectionState(
        folder, target(), served, null, generations, ended, ended.plan(), with(ended));
  }

  /// The run has ended before: what served goes on.
  CollectionState givenUp(RunState ended) {
    return new CollectionState(
        folder, serving, previous, null, generations, ended, files, with(ended));
  }

  /// Back to what served before.
  CollectionState rolledBack() {
    return new CollectionState(
        folder,
        /* serving= */ previous,
        /* previous= */ serving,
        null,
        generations,
        run,
        null,
        history);
  }

  private List<RunState> with(RunState ended) {
    List<RunState> all = new ArrayList<>();
    all.add(ended);
    all.addAll(history);
    return all.subList(0, Math.min(all.size(), HISTORY_MAX));
  }

  /// Every blob that it refers to.
  List<BlobHash> blobs() {
    Stream<@Nullable String> ofRun =
        run == null ? Stream.of() : Stream.of(run.manifest(), run.plan(), run.report());
    return Stream.concat(
            Stream.concat(Stream.of(files), ofRun), history.stream().map(RunState::report))
        .filter(Objects::nonNull)
        .distinct()
        .map(BlobHash::new)
        .toList();
  }
}
