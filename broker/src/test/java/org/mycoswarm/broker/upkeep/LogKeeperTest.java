package org.mycoswarm.broker.upkeep;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.projection.History;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.SpecStore;
import org.mycoswarm.queue.domain.SpecsInMemory;
import org.mycoswarm.queue.engine.Replay;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.SnapshotFiles;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

/// What may be dropped of the log, and what holds the rest. This log drops by entries, not by
/// files.
class LogKeeperTest {
  private static final JsonEventCodec CODEC = new JsonEventCodec();
  private static final LogPosition ALL = new LogPosition(Long.MAX_VALUE);

  @TempDir private Path folder;
  private final History history = new History();
  private final InMemoryEventLog log = InMemoryEventLog.create();
  private LogPosition neededByTables = ALL;

  @BeforeEach
  void aLogWithSixEntries() throws Exception {
    history
        .node("digger", "dig")
        .submit("one", History.task("dig", "a"))
        .lease("digger", 1)
        .complete("one.0.1")
        .submit("two", History.task("dig", "b"))
        .lease("digger", 1);
    write();
  }

  @Test
  void nothingIsDroppedBeforeThereAreTwoSnapshots() {
    LogKeeper keeper = keeper(null);
    keeper.snapshot();

    LogKeeper.Dropped dropped = keeper.compact();

    assertThat(dropped.first()).isEqualTo(at(1));
    assertThat(dropped.keptFor())
        .isEqualTo("the next start, for there are not two whole snapshots");
  }

  @Test
  void whatLiesBeforeTheOlderSnapshotIsDropped() throws Exception {
    LogKeeper keeper = withTwoSnapshots(null);
    String ofAllEntries = Replay.upTo(log.durable(), log, CODEC, Limits.DEFAULT).state().hash();

    LogKeeper.Dropped dropped = keeper.compact();

    assertThat(dropped).isEqualTo(new LogKeeper.Dropped(at(1), at(6), "the older snapshot"));
    String rebuilt = keeper.rebuild(log.durable(), state -> state.state().hash());
    assertThat(rebuilt).isEqualTo(ofAllEntries);
  }

  @Test
  void aDamagedSnapshotCountsAsNone() throws Exception {
    LogKeeper keeper = withTwoSnapshots(null);
    damage(folder.resolve("snapshot-%020d".formatted(6)));

    assertThat(keeper.compact().first()).isEqualTo(at(1));
  }

  @Test
  void whatTheTablesNeedIsKept() throws Exception {
    neededByTables = at(3);

    assertThat(withTwoSnapshots(null).compact())
        .isEqualTo(new LogKeeper.Dropped(at(1), at(3), "the tables, or the oldest job that runs"));
  }

  @Test
  void whatAReaderStillNeedsIsKeptUntilItHasRead() throws Exception {
    LogKeeper keeper = withTwoSnapshots(null);
    try (LogHolds.Hold reader = keeper.hold(at(2))) {
      assertThat(keeper.compact())
          .isEqualTo(new LogKeeper.Dropped(at(1), at(2), "a reader of the log"));
      reader.moveTo(at(4));
      assertThat(keeper.compact().first()).isEqualTo(at(4));
    }

    assertThat(keeper.compact().first()).isEqualTo(at(6));
  }

  @Test
  void historyIsKeptForAsLongAsIsAskedFor() throws Exception {
    history.after(Duration.ofHours(2));

    assertThat(withTwoSnapshots(Duration.ofHours(1)).compact().first()).isEqualTo(at(6));
    assertThat(keeper(Duration.ofHours(3)).compact().keptFor()).isEqualTo("the older snapshot");
  }

  @Test
  void historyThatIsToBeKeptHoldsTheRest() throws Exception {
    LogKeeper.Dropped dropped = withTwoSnapshots(Duration.ofHours(1)).compact();

    assertThat(dropped)
        .isEqualTo(new LogKeeper.Dropped(at(1), at(1), "the history that is to be kept"));
  }

  @Test
  void aRebuildThatFailsHoldsUpNobodyElse() throws Exception {
    LogKeeper keeper =
        keeper(
            null,
            () -> {
              throw new LogFailure("no room for scratch files");
            });

    assertThatThrownBy(() -> keeper.rebuild(log.durable(), rebuilt -> rebuilt))
        .hasMessage("no room for scratch files");

    LogKeeper.Dropped dropped = supplyAsync(keeper::compact).get(30, TimeUnit.SECONDS);
    assertThat(dropped.first()).isEqualTo(at(1));
  }

  @Test
  void aStateBeforeTheOldestSnapshotCannotBeRebuilt() throws Exception {
    LogKeeper keeper = withTwoSnapshots(null);
    keeper.compact();

    assertThat(keeper.<LogPosition>rebuild(at(6), LogKeeper.Rebuilt::position)).isEqualTo(at(6));
    assertThatThrownBy(() -> keeper.rebuild(at(5), rebuilt -> rebuilt))
        .isInstanceOf(LogFailure.class)
        .hasMessage(
            "Expected a snapshot of position 5 or earlier that can be read, because the log begins with position 6, but there is none");
  }

  @Test
  void aSnapshotIsDueWhenEnoughTasksCameInFewEntries() throws Exception {
    LogKeeper keeper = keeper(null);
    keeper.durable(history.next(at(4), Duration.ZERO)); // a job with a task, and a lease

    assertThat(keeper.snapshotIfDue(4)).isEmpty();
    assertThat(keeper.snapshotIfDue(3)).contains(at(6));
    assertThat(keeper.snapshotIfDue(1)).as("it counts anew").isEmpty();
  }

  /// Of entries 6 and 7.
  private LogKeeper withTwoSnapshots(@Nullable Duration keepHistory) throws Exception {
    LogKeeper keeper = keeper(keepHistory);
    keeper.snapshot();
    history.submit("three", History.task("dig", "c"));
    write();
    keeper.snapshot();
    return keeper;
  }

  private LogKeeper keeper(@Nullable Duration keepHistory) {
    return keeper(keepHistory, SpecsInMemory::new);
  }

  private LogKeeper keeper(@Nullable Duration keepHistory, Supplier<? extends SpecStore> scratch) {
    return new LogKeeper(
        new LogKeeper.Parts(
            log,
            CODEC,
            SnapshotFiles.open(folder, new JsonStateImageCodec(), 2),
            Limits.DEFAULT,
            scratch),
        0,
        () -> neededByTables,
        now(),
        keepHistory);
  }

  private InstantSource now() {
    Instant now = history.now();
    return () -> now;
  }

  private void write() throws InterruptedException {
    List<LogEntry> more = history.next(log.durable(), Duration.ZERO);
    more.forEach(entry -> log.append(CODEC.encode(entry.at(), entry.cause(), entry.events())));
    log.sync();
  }

  private static LogPosition at(long position) {
    return new LogPosition(position);
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }
}
