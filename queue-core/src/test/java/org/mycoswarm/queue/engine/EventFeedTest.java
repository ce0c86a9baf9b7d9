package org.mycoswarm.queue.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.task;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.Scenario;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

class EventFeedTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  private final Engine engine = new Engine(InMemoryEventLog.create(), new SimClock());

  @Test
  void aFollowerSeesEveryEntryOnceWhetherItIsInMemoryOrOnlyInTheLog() throws Exception {
    submitJobs(0, 30); // the feed keeps 8 in memory
    List<Long> seen = new ArrayList<>();
    LogPosition at = LogPosition.START;

    while (seen.size() < 30) {
      for (LogEntry entry : engine.feed.next(at, Duration.ZERO, 7)) {
        seen.add(entry.position().value());
        at = entry.position();
      }
    }

    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 30).boxed().toList());
    assertThat(engine.feed.next(at, Duration.ZERO, 7)).isEmpty();
  }

  @Test
  void aWaitingFollowerIsWoken() throws Exception {
    CompletableFuture<List<LogEntry>> found = new CompletableFuture<>();
    Thread follower =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    found.complete(engine.feed.next(LogPosition.START, LONG, 10));
                  } catch (InterruptedException e) {
                    found.completeExceptionally(e);
                  }
                });

    submitJobs(0, 1);

    assertThat(found.get()).hasSize(1);
    follower.join();
  }

  @Test
  void whatIsBuriedWithATaskWeighsAsMuchAsWhatIsSubmitted() throws Exception {
    List<LeaseId> leases = new ArrayList<>();
    for (String job : List.of("a", "b", "c")) {
      TaskSpec[] tasks = new TaskSpec[4_000];
      tasks[0] = task("chunk", 1);
      Arrays.fill(tasks, 1, tasks.length, work("chunk").after(0).spec());
      engine.ask(submit(new JobId(job), null, tasks));
      leases.add(held(job + ".0.1"));
    }
    engine.ask(register(NODE, "chunk"));
    engine.ask(Scenario.lease(3));
    LogPosition before = engine.feed.durable();

    engine.ask(new Command.ExpireLeases(leases));

    List<LogEntry> first = engine.feed.next(before, Duration.ZERO, 1_000);
    List<LogEntry> second = engine.feed.next(before.next(), Duration.ZERO, 1_000);
    assertThat(first).singleElement().matches(entry -> entry.events().size() == 2 * 4_002);
    assertThat(second).singleElement().matches(entry -> entry.events().size() == 4_002);
    assertThat(engine.feed.durable()).isEqualTo(before.next().next());
  }

  @Test
  void largePayloadsWeighAsMuchAsManyTasks() throws Exception {
    for (int i = 0; i < 4; i++) {
      engine.ask(submit(new JobId("j" + i), null, withPayload("x".repeat(50 << 10))));
    }

    assertThat(engine.feed.next(LogPosition.START, Duration.ZERO, 100)).hasSize(2);
  }

  private static TaskSpec withPayload(String text) {
    TaskSpec usual = task("chunk", 1);
    return new TaskSpec(
        usual.terms(),
        usual.label(),
        null,
        "{\"text\":\"%s\"}".formatted(text),
        usual.blobs(),
        usual.start());
  }

  private void submitJobs(int from, int to) throws InterruptedException {
    for (int i = from; i < to; i++) {
      engine.ask(submit(new JobId("j" + i), null));
    }
  }
}
