package org.mycoswarm.broker.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.log.LogPosition;

/// However the entries are cut into transactions, the tables are the same.
final class RebuildTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
  void tablesBuiltFromScratchEqualThoseThatFollowedLive(long seed) {
    Random dice = new Random(seed);
    History history = new History();
    Map<String, List<String>> live;
    try (Tables tables = open("live")) {
      Projection projection = new Projection(tables);
      for (int i = 0; i < 400; i++) {
        history.step(dice);
        if (dice.nextInt(4) == 0) {
          projection.apply(history.next(tables.position(), Duration.ZERO), _ -> {});
        }
      }
      projection.apply(history.entries(), _ -> {});
      live = TableDump.of(tables);
    }

    Map<String, List<String>> rebuilt;
    try (Tables tables = open("rebuilt")) {
      new Projection(tables).apply(history.entries(), _ -> {});
      rebuilt = TableDump.of(tables);
    }

    assertThat(live.get("tasks")).as("seed %d made a history", seed).hasSizeGreaterThan(10);
    assertThat(live).as("seed %d", seed).isEqualTo(rebuilt);
    countsAreTrue("rebuilt", seed);
    tasksAreWhatTheQueueTakesThemFor(history, seed);
  }

  private void tasksAreWhatTheQueueTakesThemFor(History history, long seed) {
    Map<String, String> shown = new TreeMap<>();
    Map<String, String> held = history.states();
    try (Tables tables = open("rebuilt")) {
      TaskTables tasks = new TaskTables(tables, history::now);
      held.keySet().stream()
          .map(task -> tasks.task(TaskId.parse(task)).orElseThrow())
          .forEach(task -> shown.put(task.task(), task.state()));
    }
    assertThat(shown).as("seed %d", seed).isEqualTo(held);
  }

  private void countsAreTrue(String name, long seed) {
    try (Tables tables = open(name)) {
      int wrong =
          tables.read(
              handle ->
                  handle
                      .createQuery(
                          """
                          select count(*) from jobs j where
                            (j.total, j.ready, j.waiting, j.blocked, j.leased, j.succeeded, j.buried, j.cancelled) <> (
                              select count(*), count(*) filter (where state = 'ready'),
                                count(*) filter (where state = 'waiting'),
                                count(*) filter (where state = 'blocked'),
                                count(*) filter (where state = 'leased'),
                                count(*) filter (where state = 'succeeded'),
                                count(*) filter (where state = 'buried'),
                                count(*) filter (where state = 'cancelled')
                              from tasks t where t.job = j.job)""")
                      .mapTo(Integer.class)
                      .one());
      assertThat(wrong).as("jobs whose kept counts differ from a count, seed %d", seed).isZero();
    }
  }

  private Tables open(String name) {
    return Tables.open(
        folder.resolve(name), new LogPosition(Long.MAX_VALUE), Duration.ofSeconds(20));
  }
}
