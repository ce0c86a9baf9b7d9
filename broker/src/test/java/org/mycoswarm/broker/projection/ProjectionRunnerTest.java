package org.mycoswarm.broker.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.SmallTmpfs;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

final class ProjectionRunnerTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final LogPosition FAR = new LogPosition(1_000_000);

  private final Path folder;
  private final Tables tables;
  private final History history = new History();

  ProjectionRunnerTest(@TempDir Path folder) {
    this.folder = folder;
    this.tables = Tables.open(folder, FAR, Duration.ofSeconds(20));
  }

  @AfterEach
  void close() {
    tables.close();
  }

  @Test
  void whoWroteAnEntryReadsItAfterWaitingForItsPosition() throws InterruptedException {
    try (ProjectionRunner runner = new ProjectionRunner(tables, waiting(history))) {
      runner.start();
      history.submit("job", History.task("chunk", "a.txt"));

      boolean seen = runner.awaitPosition(history.position(), LONG);

      assertThat(seen).isTrue();
      assertThat(new JobTables(tables, history::now).job(new JobId("job"))).isPresent();
    }
  }

  @Test
  void waitingForAnEntryThatDoesNotComeEnds() throws InterruptedException {
    try (ProjectionRunner runner = new ProjectionRunner(tables, waiting(history))) {
      runner.start();

      assertThat(runner.awaitPosition(new LogPosition(7), Duration.ofMillis(50))).isFalse();
    }
  }

  @Test
  void closingTwiceIsFineAndEndsTheWaitOfOthers() throws InterruptedException {
    ProjectionRunner runner = new ProjectionRunner(tables, waiting(history));
    runner.start();
    runner.close();
    runner.close();

    assertThat(runner.awaitPosition(new LogPosition(7), LONG)).isFalse();
  }

  @Test
  void entriesThatComeTwiceCountOnce() {
    Random dice = new Random(4);
    for (int i = 0; i < 200; i++) {
      history.step(dice);
    }
    Projection projection = new Projection(tables);
    projection.apply(history.entries(), _ -> {});
    Map<String, List<String>> once = TableDump.of(tables);

    projection.apply(history.entries(), _ -> {});

    assertThat(TableDump.of(tables)).isEqualTo(once);
  }

  @Test
  void aTransactionThatDiesLeavesNothingOfItself() {
    history.node("pi", "chunk").submit("job", History.task("chunk", "a")).lease("pi", 1);
    Projection projection = new Projection(tables);
    projection.apply(history.entries().subList(0, 2), _ -> {});
    Map<String, List<String>> before = TableDump.of(tables);

    assertThatThrownBy(
            () ->
                tables.write(
                    handle -> {
                      Projection.applyAll(handle, history.entries().subList(2, 3));
                      throw new IllegalStateException("killed before commit");
                    }))
        .hasMessage("killed before commit");
    Map<String, List<String>> after = TableDump.of(tables);
    projection.apply(history.entries(), _ -> {});

    assertThat(after).isEqualTo(before);
    assertThat(tables.position()).isEqualTo(history.position());
  }

  @Test
  void aGapInTheEntriesIsRefused() {
    history.node("pi", "chunk").node("pi2", "chunk").node("pi3", "chunk");

    assertThatThrownBy(() -> new Projection(tables).apply(history.entries().subList(1, 3), _ -> {}))
        .hasMessage("Expected entry 1 of the log, but got 2");
  }

  @Test
  void tablesThatBreakWhileTheyFollowAreRebuiltFromTheLog() throws Exception {
    history.node("pi", "chunk").submit("job", History.task("chunk", "a"));
    try (ProjectionRunner runner = new ProjectionRunner(tables, waiting(history))) {
      runner.start();
      assertThat(runner.awaitPosition(history.position(), LONG)).isTrue();

      tables.write(handle -> handle.execute("drop table attempts"));
      history.lease("pi", 1);

      assertThat(runner.awaitPosition(history.position(), LONG)).isTrue();
      assertThat(new JobTables(tables, history::now).job(new JobId("job")).orElseThrow().tasks())
          .extracting("leased")
          .isEqualTo(1);
    }
  }

  @Test
  void aPlaceThatBreaksEveryTimeIsGivenUpAfterAFewRebuildsAndTriedAgainLater() throws Exception {
    history.node("pi", "chunk").submit("job", History.task("chunk", "a")).lease("pi", 1);
    AtomicInteger fromTheStart = new AtomicInteger();
    AtomicInteger atTheGap = new AtomicInteger();
    CountDownLatch givenUp = new CountDownLatch(2 * (ProjectionRunner.REBUILDS_MAX + 3));
    EntrySource gapAfterOne =
        (after, wait) -> {
          if (after.equals(LogPosition.START)) {
            fromTheStart.incrementAndGet();
            return history.entries().subList(0, 1);
          }
          atTheGap.incrementAndGet();
          givenUp.countDown();
          return givenUp.getCount() > 0
              ? history.entries().subList(2, 3)
              : waiting(history).next(after, wait);
        };
    try (ProjectionRunner runner =
        new ProjectionRunner(tables, gapAfterOne, Duration.ofMillis(20))) {
      runner.start();

      assertThat(givenUp.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(runner.awaitPosition(history.position(), LONG)).isTrue();
    }
    assertThat(fromTheStart).hasValue(1 + ProjectionRunner.REBUILDS_MAX);
    assertThat(atTheGap).hasValueGreaterThan(ProjectionRunner.REBUILDS_MAX);
  }

  @Test
  void onceTheStartOfTheLogIsGoneTablesThatBreakAreOpenedAgainAndNotReplaced() throws Exception {
    history.node("pi", "chunk").submit("ended").submit("job", History.task("chunk", "a"));
    new Projection(tables).apply(history.entries(), _ -> {});
    EntrySource late = beginningWith(history.position());
    try (ProjectionRunner runner = new ProjectionRunner(tables, late, Duration.ofMillis(20))) {
      runner.start();

      tables.write(handle -> handle.execute("checkpoint sync"));
      assertThatThrownBy(() -> tables.write(handle -> handle.execute("shutdown immediately")))
          .as("H2 gives up, as it does when its disk is full")
          .isInstanceOf(RuntimeException.class);
      history.lease("pi", 1);

      assertThat(runner.awaitPosition(history.position(), LONG)).isTrue();
    }
    assertBothJobsAreListed();
  }

  @Test
  void onceTheStartOfTheLogIsGoneTablesThatStayBrokenAreKeptUntilTheTroublePasses()
      throws Exception {
    history.node("pi", "chunk").submit("ended").submit("job", History.task("chunk", "a"));
    new Projection(tables).apply(history.entries(), _ -> {});
    CountDownLatch triedOften = new CountDownLatch(3 * ProjectionRunner.REBUILDS_MAX);
    EntrySource late = beginningWith(history.position(), triedOften);
    tables.write(handle -> handle.execute("alter table attempts rename to elsewhere"));
    history.lease("pi", 1);
    try (ProjectionRunner runner = new ProjectionRunner(tables, late, Duration.ofMillis(20))) {
      runner.start();
      assertThat(triedOften.await(60, TimeUnit.SECONDS)).isTrue();

      mend("alter table elsewhere rename to attempts");

      assertThat(runner.awaitPosition(history.position(), LONG)).isTrue();
    }
    assertBothJobsAreListed();
  }

  @Test
  void onceTheStartOfTheLogIsGoneAFullDiskLosesNoRow(@TempDir Path place) throws Exception {
    history.node("pi", "chunk").submit("ended").submit("job", History.task("chunk", "a"));
    try (SmallTmpfs disk = new SmallTmpfs(place.resolve("disk"), 8);
        Tables small = Tables.open(disk.folder(), FAR, Duration.ofSeconds(20), false)) {
      new Projection(small).apply(history.entries(), _ -> {});
      small.write(handle -> handle.execute("checkpoint sync"));
      EntrySource late = beginningWith(history.position());
      try (ProjectionRunner runner = new ProjectionRunner(small, late, Duration.ofMillis(20))) {
        runner.start();

        Path others = disk.fill();
        for (int i = 0; i < 2_000; i++) {
          history.submit("more-" + i, History.task("chunk", "b"));
        }
        // Whether H2 notices while there is no room depends on when it writes.
        runner.awaitPosition(history.position(), Duration.ofSeconds(4));
        Files.delete(others);

        assertThat(runner.awaitPosition(history.position(), LONG)).isTrue();
      }
      JobTables jobs = new JobTables(small, history::now);
      assertThat(jobs.job(new JobId("ended"))).isPresent();
      assertThat(jobs.job(new JobId("more-1999"))).isPresent();
      assertThat(disk.folder().resolve("tables-1.mv.db.aside")).doesNotExist();
    }
  }

  private void mend(String statement) {
    for (int i = 0; i < 1_000; i++) {
      try {
        tables.write(handle -> handle.execute(statement));
        return;
      } catch (RuntimeException closedJustNow) {
        LockSupport.parkNanos(5_000_000);
      }
    }
    tables.write(handle -> handle.execute(statement));
  }

  private void assertBothJobsAreListed() throws IOException {
    JobTables jobs = new JobTables(tables, history::now);
    assertThat(jobs.job(new JobId("ended"))).as("the log tells of it no more").isPresent();
    assertThat(jobs.job(new JobId("job")).orElseThrow().tasks()).extracting("leased").isEqualTo(1);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactly("tables-1.mv.db");
    }
  }

  private EntrySource beginningWith(LogPosition first) {
    return beginningWith(first, new CountDownLatch(0));
  }

  private EntrySource beginningWith(LogPosition first, CountDownLatch asked) {
    return new EntrySource() {
      @Override
      public List<LogEntry> next(LogPosition after, Duration wait) throws InterruptedException {
        asked.countDown();
        return waiting(history).next(after, wait);
      }

      @Override
      public LogPosition first() {
        return first;
      }
    };
  }

  @Test
  void tablesOfAnotherLogAreReplaced() throws Exception {
    new Projection(tables).apply(new History().submit("old").submit("older").entries(), _ -> {});
    history.submit("new").after(Duration.ofSeconds(1)).node("pi").submit("newer");
    List<LogEntry> otherCauses =
        history.entries().stream()
            .map(
                entry ->
                    new LogEntry(
                        entry.position(),
                        entry.at(),
                        new CommandId("other-" + entry.position()),
                        entry.events()))
            .toList();
    EntrySource other =
        (after, wait) -> {
          List<LogEntry> rest =
              otherCauses.subList(Math.min((int) after.value(), 3), otherCauses.size());
          return rest.isEmpty() ? waiting(history).next(after, wait) : rest;
        };
    try (ProjectionRunner runner = new ProjectionRunner(tables, other)) {
      runner.start();

      assertThat(runner.awaitPosition(history.position(), LONG)).isTrue();
      JobTables jobs = new JobTables(tables, history::now);
      assertThat(jobs.job(new JobId("old"))).isEmpty();
      assertThat(jobs.job(new JobId("new"))).isPresent();
    }
  }

  @Test
  void anInterruptedReaderDoesNotTakeTheTablesWithIt() throws Exception {
    history.submit("job");
    new Projection(tables).apply(history.entries(), _ -> {});
    JobTables jobs = new JobTables(tables, history::now);
    Thread reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  Thread.currentThread().interrupt();
                  jobs.job(new JobId("job"));
                });
    reader.join();

    history.submit("next");
    new Projection(tables).apply(history.entries(), _ -> {});

    assertThat(jobs.job(new JobId("next"))).isPresent();
  }

  /// As the real feed does: a call returns when there is something, or when the wait is over.
  private static EntrySource waiting(History history) {
    return (after, wait) -> {
      long end = System.nanoTime() + wait.toNanos();
      List<LogEntry> entries = history.next(after, wait);
      while (entries.isEmpty() && System.nanoTime() < end) {
        LockSupport.parkNanos(2_000_000);
        entries = history.next(after, wait);
      }
      return entries;
    };
  }
}
