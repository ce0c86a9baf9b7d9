package org.mycoswarm.queue.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.JOB;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.tasks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.SpecStore;
import org.mycoswarm.queue.domain.SpecsInMemory;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.Snapshots;
import org.mycoswarm.queue.log.StateImageCodec;
import org.mycoswarm.queue.log.files.SnapshotFiles;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

class SnapshotterTest {
  @TempDir Path folder;
  private final InMemoryEventLog log = InMemoryEventLog.create();
  private final List<ClosingSpecs> stores = new ArrayList<>();
  private Engine engine;
  private Snapshots snapshots;
  private Snapshotter snapshotter;

  @BeforeEach
  void aQueueAtWork() throws InterruptedException {
    engine = new Engine(log, new SimClock());
    snapshots = SnapshotFiles.open(folder, new JsonStateImageCodec(), 2);
    snapshotter = new Snapshotter(log, Engine.CODEC, snapshots, Limits.DEFAULT, this::store);
    engine.ask(register(NODE, "embed"));
    engine.ask(submit(tasks("embed", 3)));
    engine.ask(lease(2));
  }

  @Test
  void aStateFromASnapshotAndTheEntriesAfterItIsTheLiveOne() throws InterruptedException {
    assertThat(snapshotter.takeIfDue(1)).contains(new LogPosition(3));
    engine.ask(complete(lease(0, 1)));
    engine.ask(new PauseJob(JOB));

    Replay.Replayed replayed = restart(log.durable());

    assertThat(replayed.position()).isEqualTo(new LogPosition(5));
    assertThat(hash(replayed)).isEqualTo(fromAllEntries());
  }

  @Test
  void aSnapshotOfTheLastEntryIsEnough() {
    Instant at = Replay.upTo(log.durable(), log, Engine.CODEC, Limits.DEFAULT).at();
    snapshotter.takeIfDue(1);

    Replay.Replayed replayed = restart(log.durable());

    assertThat(replayed.position()).isEqualTo(log.durable());
    assertThat(replayed.at()).isEqualTo(at);
    assertThat(hash(replayed)).isEqualTo(fromAllEntries());
  }

  @Test
  void withoutASnapshotAllEntriesAreRead() {
    assertThat(hash(restart(log.durable()))).isEqualTo(fromAllEntries());
  }

  @Test
  void theNextSnapshotIsMadeFromTheOneBefore() throws InterruptedException {
    snapshotter.takeIfDue(1);
    engine.ask(complete(lease(1, 1)));

    assertThat(snapshotter.takeIfDue(1)).contains(new LogPosition(4));

    assertThat(snapshots.positions()).containsExactly(new LogPosition(4), new LogPosition(3));
    assertThat(hash(restart(log.durable()))).isEqualTo(fromAllEntries());
    assertThat(stores).hasSize(2).allMatch(store -> store.isClosed);
  }

  @Test
  void noneIsTakenBeforeItIsDue() {
    assertThat(snapshotter.takeIfDue(4)).isEmpty();
    assertThat(snapshotter.takeIfDue(3)).contains(new LogPosition(3));
    assertThat(snapshotter.takeIfDue(0)).isEmpty();
  }

  @Test
  void aDamagedSnapshotCostsNothingButTime() throws Exception {
    snapshotter.takeIfDue(1);
    engine.ask(complete(lease(1, 1)));
    snapshotter.takeIfDue(1);
    Files.write(folder.resolve("snapshot-%020d".formatted(4)), new byte[100]);

    assertThat(hash(restart(log.durable()))).isEqualTo(fromAllEntries());
  }

  @Test
  void aSnapshotOfAnUnknownShapeLeavesTheOlderOneOrTheLog() throws InterruptedException {
    snapshotter.takeIfDue(1);
    engine.ask(complete(lease(1, 1)));
    writeOfUnknownShape(log.durable());

    Replay.Replayed replayed = restart(log.durable());

    assertThat(replayed.from()).as("the older one").isEqualTo(new LogPosition(3));
    assertThat(hash(replayed)).isEqualTo(fromAllEntries());

    writeOfUnknownShape(new LogPosition(3));
    assertThat(restart(log.durable()).from()).as("the log").isEqualTo(LogPosition.START);
    assertThat(hash(restart(log.durable()))).isEqualTo(fromAllEntries());

    log.dropBefore(new LogPosition(4));
    assertThatThrownBy(() -> restart(log.durable()))
        .isInstanceOf(LogDamaged.class)
        .hasMessageContaining("because the log begins with position 4: older entries were dropped");
  }

  @Test
  void theWordsForAnUnknownShapeNameTheFile() {
    writeOfUnknownShape(log.durable());
    Snapshots.Snapshot unknown = snapshots.newestReadable().orElseThrow();

    assertThatThrownBy(
            () ->
                Replay.restored(
                    unknown, new QueueState(Limits.DEFAULT), log.durable(), log, Engine.CODEC))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Snapshot '%s' is whole, but of a shape that this program does not know. Expected pieces of a state as JSON of version 1, but they are not: there is no piece 'state.mood'",
            folder.resolve("snapshot-%020d".formatted(3)));
  }

  @Test
  void aLogThatEndsBeforeItsSnapshotHasLostEntries() {
    snapshotter.takeIfDue(1);

    assertThatThrownBy(() -> restart(new LogPosition(2)))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Expected the log to reach position 3, of which there is a snapshot, but it ends with"
                + " position 2: its end is lost. Nothing was changed; bring back the missing"
                + " files.");
  }

  @Test
  void aStartSaysWithWhichSnapshotItBegan() throws InterruptedException {
    assertThat(restart(log.durable()).from()).isEqualTo(LogPosition.START);
    snapshotter.takeIfDue(1);
    assertThat(restart(log.durable()).from()).isEqualTo(new LogPosition(3));
    engine.ask(complete(lease(0, 1)));
    assertThat(restart(log.durable()).from()).isEqualTo(new LogPosition(3));
  }

  @Test
  void aSnapshotOfAnotherLogIsRefused() {
    Instant anotherTime = Instant.parse("2020-01-01T00:00:00Z");
    snapshots.write(new LogPosition(2), anotherTime, Stream.of());

    assertThatThrownBy(() -> restart(log.durable()))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Expected entry 2 of the log to be of 2020-01-01T00:00:00Z, as the snapshot of this"
                + " position says, but it is of 2026-01-01T00:00:00Z: log and snapshots are not of"
                + " one home. Nothing was changed; put back those that belong together.");
  }

  @Test
  void aLogThatBeginsBehindEverySnapshotIsRefused() throws InterruptedException {
    snapshotter.takeIfDue(1);
    engine.ask(complete(lease(0, 1)));
    engine.ask(new PauseJob(JOB));
    log.dropBefore(new LogPosition(5));

    assertThatThrownBy(() -> restart(log.durable()))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Expected a snapshot of position 4 or later, because the log begins with position 5:"
                + " older entries were dropped; but the newest that can be read is of position 3."
                + " Nothing was changed; bring back the folder with the snapshots, or a backup of"
                + " the whole home.");
  }

  private void writeOfUnknownShape(LogPosition position) {
    Instant at = Replay.upTo(position, log, Engine.CODEC, Limits.DEFAULT).at();
    SnapshotFiles.open(folder, new UnknownShape(), 2)
        .write(position, at, Stream.of(new StateImage.Head(at, 1)));
  }

  private Replay.Replayed restart(LogPosition last) {
    return Replay.fromNewest(
        snapshots, () -> new QueueState(Limits.DEFAULT), last, log, Engine.CODEC);
  }

  private String fromAllEntries() {
    return hash(Replay.upTo(log.durable(), log, Engine.CODEC, Limits.DEFAULT));
  }

  private static String hash(Replay.Replayed replayed) {
    return replayed.state().hash();
  }

  private SpecStore store() {
    ClosingSpecs store = new ClosingSpecs();
    stores.add(store);
    return store;
  }

  /// The pieces of another program, under the number of today's version.
  private static final class UnknownShape implements StateImageCodec {
    @Override
    public int version() {
      return new JsonStateImageCodec().version();
    }

    @Override
    public byte[] encodeSome(Iterator<StateImage> pieces) {
      pieces.forEachRemaining(_ -> {});
      return "{\"piece\":\"state.mood\"}\n".getBytes(UTF_8);
    }

    @Override
    public List<StateImage> decode(byte[] block) {
      return List.of();
    }
  }

  private static final class ClosingSpecs implements SpecStore, AutoCloseable {
    private final SpecStore specs = new SpecsInMemory();
    boolean isClosed;

    @Override
    public long put(TaskSpec spec) {
      return specs.put(spec);
    }

    @Override
    public TaskSpec get(long spec) {
      return specs.get(spec);
    }

    @Override
    public void drop(long spec) {
      specs.drop(spec);
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }
}
