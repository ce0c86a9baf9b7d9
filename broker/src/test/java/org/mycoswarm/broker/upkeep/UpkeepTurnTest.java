package org.mycoswarm.broker.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.projection.History;
import org.mycoswarm.broker.projection.HistoryTables;
import org.mycoswarm.broker.projection.ProjectionRunner;
import org.mycoswarm.broker.projection.Tables;
import org.mycoswarm.broker.projection.TablesUnavailable;
import org.mycoswarm.queue.domain.Decider;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.SpecsInMemory;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.files.DiskReserve;
import org.mycoswarm.queue.log.files.ReserveSettings;
import org.mycoswarm.queue.log.files.SnapshotFiles;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.queue.log.json.JsonStateImageCodec;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

/// One turn of the upkeep, over real parts and a log in memory. Nobody runs the writer here:
/// whoever asks it waits until the test is ended.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UpkeepTurnTest {
  private static final JsonEventCodec CODEC = new JsonEventCodec();
  private static final ReserveSettings ROOMY = new ReserveSettings(0, 0, 0);
  private static final LogPosition NOTHING = new LogPosition(Long.MAX_VALUE);
  private static final UpkeepSettings OLD_HISTORY_GOES =
      new UpkeepSettings(1_000, 1_000, Duration.ofHours(1), Duration.ZERO);

  @TempDir private Path folder;
  private final History history = new History();
  private final InMemoryEventLog log = InMemoryEventLog.create();
  private final InstantSource later = () -> History.START.plus(Duration.ofDays(3));
  private Supplier<LogPosition> neededByTables = () -> NOTHING;

  @SuppressWarnings("NullAway.Init")
  private Tables tables;

  @BeforeEach
  void aJobThatEnded() {
    history.node("digger", "dig").submit("one", History.task("dig", "a")).cancel("one");
    write();
    tables = Tables.open(folder.resolve("db"), LogPosition.START, Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void oldHistoryGoesThoughNoSnapshotIsDue() throws Exception {
    Upkeep upkeep = upkeep(withTwoSnapshots(), ROOMY, OLD_HISTORY_GOES);

    upkeep.turn(false);
    assertThat(log.first()).as("not every second").isEqualTo(new LogPosition(1));
    upkeep.turn(true);

    assertThat(log.first()).isEqualTo(new LogPosition(3));
  }

  @Test
  void historyThatCouldNotBeDroppedIsDroppedInTheNextTurn() throws Exception {
    Upkeep upkeep = upkeep(withTwoSnapshots(), ROOMY, OLD_HISTORY_GOES);
    neededByTables =
        () -> {
          throw new TablesUnavailable("their file is being opened again");
        };

    assertThatThrownBy(() -> upkeep.turn(true)).isInstanceOf(TablesUnavailable.class);
    neededByTables = () -> NOTHING;
    upkeep.turn(false);

    assertThat(log.first()).isEqualTo(new LogPosition(3));
  }

  @Test
  void noSnapshotIsTakenWhileRoomIsScarce() throws Exception {
    long free = Files.getFileStore(folder).getUsableSpace();
    UpkeepSettings always = new UpkeepSettings(1, 1, null, Duration.ZERO);
    LogKeeper keeper = keeper();
    keeper.durable(history.entries());

    upkeep(keeper, new ReserveSettings(free * 8, 0, 0), always).turn(false);
    assertThat(keeper.newestSnapshot()).isEmpty();

    upkeep(keeper, ROOMY, always).turn(false);
    assertThat(keeper.newestSnapshot()).isPresent();
  }

  @Test
  void tablesThatAreBehindDoNotSayWhichJobsAreToBeForgotten() throws Exception {
    ProjectionRunner projection = new ProjectionRunner(tables, history);
    projection.start();
    assertThat(projection.awaitPosition(history.position(), Duration.ofSeconds(30))).isTrue();
    projection.close();
    assertThat(new HistoryTables(tables).endedBefore(later.instant(), 9))
        .containsExactly(new JobId("one"));

    LogPosition oneMore = history.position().next();

    assertThat(expiry(projection, oneMore, Duration.ofDays(1)).forgetSome()).isZero();
  }

  private Upkeep upkeep(LogKeeper keeper, ReserveSettings room, UpkeepSettings settings)
      throws IOException {
    DiskReserve reserve = DiskReserve.open(folder, room, System::nanoTime);
    ProjectionRunner projection = new ProjectionRunner(tables, history);
    return new Upkeep(
        keeper, expiry(projection, LogPosition.START, settings.keepJobs()), reserve, settings);
  }

  private JobExpiry expiry(ProjectionRunner projection, LogPosition durable, Duration keepJobs) {
    QueueWriter writer =
        new QueueWriter(
            log,
            CODEC,
            new Decider(Limits.DEFAULT),
            new QueueState(Limits.DEFAULT),
            Clock.systemUTC(),
            QueueWriter.Size.DEFAULT,
            (entries, state) -> {});
    return new JobExpiry(
        writer, () -> durable, new HistoryTables(tables), projection, later, keepJobs);
  }

  /// Of entries 3 and 4.
  private LogKeeper withTwoSnapshots() {
    LogKeeper keeper = keeper();
    keeper.snapshot();
    history.submit("two", History.task("dig", "b"));
    write();
    keeper.snapshot();
    return keeper;
  }

  private LogKeeper keeper() {
    return new LogKeeper(
        new LogKeeper.Parts(
            log,
            CODEC,
            SnapshotFiles.open(folder.resolve("snapshots"), new JsonStateImageCodec(), 2),
            Limits.DEFAULT,
            SpecsInMemory::new),
        0,
        () -> neededByTables.get(),
        later,
        Duration.ofHours(1));
  }

  private void write() {
    for (LogEntry entry : history.next(log.durable(), Duration.ZERO)) {
      log.append(CODEC.encode(entry.at(), entry.cause(), entry.events()));
    }
    log.sync();
  }
}
