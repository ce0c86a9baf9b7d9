package org.mycoswarm.queue.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.submit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.JobId;
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

  private void submitJobs(int from, int to) throws InterruptedException {
    for (int i = from; i < to; i++) {
      engine.ask(submit(new JobId("j" + i), null));
    }
  }
}
