package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.ForgetJobs;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobForgotten;
import org.mycoswarm.queue.domain.Event.LateReport;
import org.mycoswarm.queue.domain.Event.TasksRevived;

/// Buried tasks are kept after the end of their job, to be revived; but not for ever.
class ForgottenJobsTest {
  private static final Limits THREE_BURIED = keeping(3);
  private static final RegisterNode NODE = node("n1").can("chunk").registers();

  @Test
  void theOldestJobsGoWhenMoreTasksAreBuriedThanAreKept() {
    Scenario queue = given(THREE_BURIED, NODE);

    List.of("a", "b", "c", "d").forEach(id -> buryOne(queue, id));

    queue.when(revive("a")).thenRejected(neither("a"));
    queue
        .when(revive("b"))
        .then(new TasksRevived(new JobId("b"), List.of(0)))
        .when(lease(1))
        .thenLeased("b.0");
  }

  @Test
  void whichJobsAreLetGoIsInTheLogAndNotAMatterOfTheLimitAtReplay() {
    Scenario queue = given(THREE_BURIED, NODE);
    List.of("a", "b", "c", "d").forEach(id -> buryOne(queue, id));
    assertThat(queue.happened())
        .contains(new JobFinished(new JobId("d"), JobOutcome.FAILED, List.of(new JobId("a"))));
    QueueState other = new QueueState(keeping(1));

    queue.history().forEach(event -> other.apply(event, queue.now()));

    assertThat(other.hash()).isEqualTo(queue.state().hash());
  }

  @Test
  void aLimitThatWasLoweredIsMetWhenTheNextJobFinishes() {
    Scenario queue = given(THREE_BURIED, NODE);
    List.of("a", "b", "c").forEach(id -> buryOne(queue, id));

    queue.under(keeping(1)).and(job("d").of(work("chunk"))).and(lease(1));
    queue.when(complete(held("d.0.1")));

    queue.thenAlso(
        new JobFinished(
            new JobId("d"), JobOutcome.SUCCEEDED, List.of(new JobId("a"), new JobId("b"))));
    queue.when(revive("b")).thenRejected(neither("b"));
    queue.and(revive("c"));
  }

  @Test
  void aJobWithMoreBuriedTasksThanAreKeptIsLetGoAtOnce() {
    Scenario queue = given(keeping(0), NODE);

    buryOne(queue, "a");

    queue.when(revive("a")).thenRejected(neither("a"));
  }

  @Test
  void aJobThatRunsIsKeptHoweverManyOfItsTasksAreBuried() {
    Scenario queue = given(THREE_BURIED, NODE, job("a").of(9, work("chunk")), lease(8));

    for (int i = 0; i < 8; i++) {
      queue.and(hopeless("a." + i + ".1"));
    }

    queue.when(revive("a")).then(new TasksRevived(new JobId("a"), List.of(0)));
  }

  @Test
  void aRevivedJobCountsNoMoreUntilItEndsAgain() {
    Scenario queue = given(THREE_BURIED, NODE);
    List.of("a", "b", "c").forEach(id -> buryOne(queue, id));

    queue.and(revive("a"));
    buryOne(queue, "d");

    queue.when(revive("b")).then(new TasksRevived(new JobId("b"), List.of(0)));
  }

  @Test
  void whatIsAskedToBeForgottenGoesUnlessItRuns() {
    Scenario queue = given(NODE);
    buryOne(queue, "a");
    queue.and(job("b").of(work("chunk")));

    queue.when(new ForgetJobs(List.of(new JobId("a"), new JobId("b"))));

    queue.then(new JobForgotten(new JobId("a")));
    queue.when(revive("a")).thenRejected(neither("a"));
    assertThat(queue.state().knownJobs().map(Job::id)).containsExactly(new JobId("b"));
    queue.when(lease(1)).thenLeased("b.0");
  }

  @Test
  void aReportForAForgottenJobIsStillToldFromNonsense() {
    Scenario queue = given(NODE);
    buryOne(queue, "a");

    queue.and(new ForgetJobs(List.of(new JobId("a")))).when(complete(held("a.0.1")));

    queue.thenOnlyWrittenDown(new LateReport(held("a.0.1"), "its job has ended or never was"));
  }

  private static Limits keeping(int buriedMax) {
    return new Limits(99, 99, 99, 9_999, 999, 9, 5, 60, 9, buriedMax, Duration.ofSeconds(5));
  }

  private static void buryOne(Scenario queue, String id) {
    queue.and(job(id).of(work("chunk"))).and(lease(1));
    LeaseId lease = queue.leased().getFirst().lease();
    queue.and(new FailAttempt(lease, "no", false));
  }

  private static Command hopeless(String lease) {
    return new FailAttempt(held(lease), "no", false);
  }

  private static Command revive(String id) {
    return new ReviveTasks(new JobId(id), List.of(0));
  }

  private static String neither(String id) {
    return "Expected job '%s' to run or to have buried tasks, but it has neither; nothing was changed"
        .formatted(id);
  }
}
