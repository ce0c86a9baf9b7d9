package org.mycoswarm.queue.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.OTHER;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.result;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.task;
import static org.mycoswarm.queue.domain.Scenario.tasks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.ReleaseLease;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.LogFailure;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.memory.InMemoryDisk;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

/// Random commands against the real engine on a disk that fails and loses power, one seed at a
/// time. The seed is in the test's name.
class RandomHistoryTest {
  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void whatWasAcknowledgedIsInTheLogAndReplayGivesTheLiveState(long seed) throws Exception {
    new History(seed).run(300);
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 80);
  }

  private static final class History {
    private final SplittableRandom random;
    private final SimClock clock = new SimClock();
    private final InMemoryDisk disk = new InMemoryDisk();
    private final List<JobId> acknowledgedJobs = new ArrayList<>();
    private final Set<TaskId> acceptedResults = new HashSet<>();
    private final Map<TaskId, LeaseId> newestLease = new HashMap<>();
    private final List<LeaseId> leases = new ArrayList<>();
    private Engine engine = new Engine(InMemoryEventLog.open(disk), clock);
    private int jobs;

    History(long seed) {
      random = new SplittableRandom(seed);
    }

    void run(int steps) throws InterruptedException {
      engine.ask(register(NODE, "chunk", "embed"));
      engine.ask(register(OTHER, "embed"));
      for (int step = 0; step < steps; step++) {
        clock.advance(Duration.ofMillis(random.nextInt(3_000)));
        Command command = command();
        CompletableFuture<Answer> answer = engine.submit(command);
        badDay();
        try {
          engine.turn();
        } catch (LogFailure failure) {
          disk.cutPower(random.nextInt(2));
          engine = new Engine(InMemoryEventLog.open(disk), clock);
        }
        if (answer.isDone() && !answer.isCompletedExceptionally()) {
          note(command, answer.join());
        }
        if (step % 60 == 0) {
          assertThat(engine.liveLines()).containsExactlyElementsOf(engine.replayedLines());
        }
      }
      everythingAcknowledgedIsInTheLog();
    }

    private Command command() {
      return switch (random.nextInt(9)) {
        case 0 -> submit(new JobId("j" + jobs++), null, tasks("chunk", random.nextInt(4)));
        case 1, 2, 3 -> new LeaseTasks(random.nextBoolean() ? NODE : OTHER, 1 + random.nextInt(3));
        case 4, 5 -> new CompleteTask(anyLease(), result(), next());
        case 6 -> new FailAttempt(anyLease(), "boom", random.nextInt(4) > 0);
        case 7 -> new ExpireLeases(List.of(anyLease(), anyLease()).stream().distinct().toList());
        default ->
            random.nextInt(6) == 0
                ? new CancelJob(new JobId("j" + random.nextInt(jobs + 1)))
                : new ReleaseLease(anyLease());
      };
    }

    private List<TaskSpec> next() {
      return random.nextInt(3) == 0 ? List.of(task("embed"), task("embed")) : List.of();
    }

    private LeaseId anyLease() {
      return leases.isEmpty()
          ? new LeaseId(new TaskId(new JobId("none"), 0), 1)
          : leases.get(random.nextInt(leases.size()));
    }

    private void badDay() {
      switch (random.nextInt(25)) {
        case 0 -> disk.failSync(1);
        case 1 -> disk.failAppend(1);
        default -> {}
      }
    }

    private void note(Command command, Answer answer) {
      if (!(answer instanceof Answer.Accepted accepted)) {
        return;
      }
      if (command instanceof Command.SubmitJob submitted) {
        acknowledgedJobs.add(submitted.job());
      }
      if (command instanceof CompleteTask completed) {
        assertThat(acceptedResults.add(completed.lease().task()))
            .as("one accepted result for %s", completed.lease().task())
            .isTrue();
        assertThat(newestLease.get(completed.lease().task())).isEqualTo(completed.lease());
      }
      accepted
          .leased()
          .forEach(
              leased -> {
                newestLease.put(leased.lease().task(), leased.lease());
                leases.add(leased.lease());
              });
    }

    private void everythingAcknowledgedIsInTheLog() throws InterruptedException {
      Set<JobId> submitted = new HashSet<>();
      Set<TaskId> succeeded = new HashSet<>();
      LogPosition at = LogPosition.START;
      while (engine.feed.durable().isAfter(at)) {
        for (var entry : engine.feed.next(at, Duration.ZERO, 50)) {
          at = entry.position();
          for (Event event : entry.events()) {
            if (event instanceof Event.JobSubmitted e) {
              assertThat(submitted.add(e.job())).as("%s is submitted once", e.job()).isTrue();
            } else if (event instanceof Event.TaskSucceeded e) {
              assertThat(succeeded.add(e.lease().task())).as("%s succeeds once", e).isTrue();
            }
          }
        }
      }
      assertThat(submitted).containsAll(acknowledgedJobs);
      assertThat(succeeded).containsAll(acceptedResults);
    }
  }
}
