package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.at;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.fail;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.PassTime;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.JobFailed;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.LateReport;
import org.mycoswarm.queue.domain.Event.TaskBuried;

class DelayAndDeadlineTest {
  private static final RegisterNode NODE = node("n1").can("chunk").registers();
  private static final JobId A = new JobId("a");
  private static final Duration ALMOST_10_S = Duration.ofMillis(9_999);
  private static final Duration A_BIT = Duration.ofMillis(1);

  @Test
  void aTaskWhoseStartIsPutOffIsLeasedFromThatInstantOn() {
    Scenario queue = given(NODE, job("a").of(work("chunk").notBefore(at(10)), work("chunk")));

    assertThat(queue.state().nextDue()).contains(at(10));
    queue.after(ALMOST_10_S).when(lease(2)).thenLeased("a.1");
    queue.after(A_BIT).when(lease(2)).thenLeased("a.0");
  }

  @Test
  void aTaskThatFailsAgainWaitsLonger() {
    Scenario queue = given(NODE, job("a").of(work("chunk")), lease(1));

    Duration first = untilRetry(queue, "a.0.1");
    queue.after(first.minus(A_BIT)).when(lease(1)).thenLeased();
    queue.after(A_BIT).when(lease(1)).thenLeased("a.0");
    Duration second = untilRetry(queue, "a.0.2");

    assertThat(first).isBetween(Duration.ofMillis(500), Duration.ofSeconds(1));
    assertThat(second).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void aTaskWhoseNodeFellSilentIsLeasedAgainAtOnce() {
    given(NODE, job("a").of(work("chunk")), lease(1))
        .and(new ExpireLeases(List.of(held("a.0.1"))))
        .when(lease(1))
        .thenLeased("a.0");
  }

  @Test
  void aTaskIsBuriedAtItsDeadlineAndNotBefore() {
    Scenario queue = given(NODE, job("a").of(work("chunk").deadline(at(10)), work("chunk")));

    assertThat(queue.state().nextDue()).contains(at(10));
    queue.after(ALMOST_10_S).when(new PassTime()).then();
    queue.after(A_BIT).when(new PassTime()).then(missed("a.0"));
    queue.when(lease(2)).thenLeased("a.1");
  }

  @Test
  void aDeadlineEndsALeaseAndWhatItsNodeReportsLaterIsOnlyWrittenDown() {
    Scenario queue = given(NODE, job("a").of(work("chunk").deadline(at(10)), work("chunk")));
    queue.and(lease(1)).after(Duration.ofSeconds(10)).when(new PassTime()).then(missed("a.0"));

    queue.when(complete(held("a.0.1")));

    queue
        .thenRejected(
            "Expected attempt 1 of task 'a.0' to be leased, but the task has ended; the report was"
                + " dropped and changed nothing")
        .thenOnlyWrittenDown(new LateReport(held("a.0.1"), "the task has ended"));
  }

  @Test
  void aDeadlineThatEndsTheLastTaskEndsTheJob() {
    given(NODE, job("a").of(work("chunk").deadline(at(10))))
        .after(Duration.ofSeconds(10))
        .when(new PassTime())
        .then(missed("a.0"), new JobFinished(A, JobOutcome.FAILED));
  }

  @Test
  void aJobIsFailedAtItsDeadlineWithEverythingThatIsOpen() {
    Scenario queue = given(NODE, job("a").deadline(at(10)).of(3, work("chunk")), lease(2));
    queue.and(complete(held("a.0.1"))).after(Duration.ofSeconds(10));

    queue.when(new PassTime());

    queue.then(new JobFailed(A, "its deadline passed when 2 of its 3 tasks were open"));
    queue.when(lease(1)).thenLeased();
    queue
        .when(complete(held("a.1.1")))
        .thenOnlyWrittenDown(new LateReport(held("a.1.1"), "its job has ended or never was"));
  }

  @Test
  void aJobThatEndedBeforeItsDeadlineDoesNotMissIt() {
    given(NODE, job("a").deadline(at(10)).of(work("chunk").deadline(at(9))), lease(1))
        .and(complete(held("a.0.1")))
        .after(Duration.ofSeconds(10))
        .when(new PassTime())
        .then();
  }

  @Test
  void aRevivedTaskHasNoDeadline() {
    Scenario queue = given(NODE, job("a").of(work("chunk").deadline(at(10)), work("chunk")));
    queue.after(Duration.ofSeconds(10)).and(new PassTime());

    queue.and(new ReviveTasks(A, List.of(0)));

    queue.after(Duration.ofHours(1)).when(new PassTime()).then();
    queue.when(lease(1)).thenLeased("a.0");
  }

  @Test
  void aJobThatRunsAgainAfterItsEndHasNoDeadline() {
    Scenario queue = given(NODE, job("a").deadline(at(10)).of(work("chunk").attempts(1)));
    queue.and(lease(1), fail(held("a.0.1"))).after(Duration.ofSeconds(20));

    queue.and(new ReviveTasks(A, List.of(0)));

    queue.when(new PassTime()).then();
    queue.when(lease(1)).thenLeased("a.0");
  }

  @Test
  void whatWasRevivedHasNoDeadlineAfterARestartFromASnapshotEither() {
    Scenario queue = given(NODE, job("a").of(work("chunk").deadline(at(5)), work("chunk")));
    queue.and(job("b").deadline(at(10)).of(work("chunk").attempts(1)));
    queue.and(lease(3), fail(held("b.0.1"))).after(Duration.ofSeconds(5)).and(new PassTime());

    queue.and(new ReviveTasks(A, List.of(0)), new ReviveTasks(new JobId("b"), List.of(0)));

    QueueState restarted = new QueueState(Limits.DEFAULT);
    restarted.restore(queue.state().image().iterator());
    assertThat(restarted.nextDue()).isEmpty();
  }

  private static TaskBuried missed(String task) {
    return new TaskBuried(TaskId.parse(task), "its deadline passed");
  }

  private static Duration untilRetry(Scenario queue, String lease) {
    queue.when(fail(held(lease)));
    Instant retryAt = ((AttemptFailed) queue.happened().getFirst()).retryAt();
    return Duration.between(queue.now(), retryAt);
  }
}
