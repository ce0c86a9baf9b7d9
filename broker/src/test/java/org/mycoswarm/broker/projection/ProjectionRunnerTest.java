package org.mycoswarm.broker.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;

final class ProjectionRunnerTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final LogPosition FAR = new LogPosition(1_000_000);

  private final Tables tables;
  private final History history = new History();

  ProjectionRunnerTest(@TempDir Path folder) {
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
