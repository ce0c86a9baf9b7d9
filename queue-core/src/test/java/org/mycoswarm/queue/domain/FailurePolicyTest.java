package org.mycoswarm.queue.domain;

import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.fail;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.result;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Event.JobFailed;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.LateReport;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;

class FailurePolicyTest {
  private static final RegisterNode NODE = node("n1").can("chunk").registers();
  private static final JobId A = new JobId("a");

  @Test
  void aJobThatToleratesEverythingGoesOnToItsEnd() {
    Scenario queue = given(NODE, job("a").tolerating(100).of(2, work("chunk")), lease(2));

    queue.and(hopeless("a.0.1")).when(complete(held("a.1.1")));

    queue.then(
        new TaskSucceeded(held("a.1.1"), result()),
        new JobFinished(A, JobOutcome.SUCCEEDED_WITH_FAILURES));
  }

  @Test
  void aJobOfWhichNothingSucceededHasFailedThoughItToleratesEverything() {
    given(NODE, job("a").of(work("chunk")), lease(1))
        .when(hopeless("a.0.1"))
        .thenAlso(buried("a.0"), new JobFinished(A, JobOutcome.FAILED));
  }

  @Test
  void aJobThatToleratesNothingFailsWithItsFirstBuriedTask() {
    Scenario queue = given(NODE, job("a").tolerating(0).of(3, work("chunk")), lease(2));

    queue.when(hopeless("a.0.1"));

    queue.thenAlso(
        buried("a.0"), new JobFailed(A, "1 of its 3 tasks are buried, and it tolerates 0 %"));
    queue.when(lease(9)).thenLeased();
    queue
        .when(complete(held("a.1.1")))
        .thenOnlyWrittenDown(new LateReport(held("a.1.1"), "its job has ended or never was"));
  }

  @Test
  void aRetryThatSucceedsIsNoFailure() {
    Scenario queue = given(NODE, job("a").tolerating(0).of(work("chunk")), lease(1));

    queue.and(fail(held("a.0.1"))).after(Duration.ofSeconds(1)).and(lease(1));

    queue
        .when(complete(held("a.0.2")))
        .then(new TaskSucceeded(held("a.0.2"), result()), new JobFinished(A, JobOutcome.SUCCEEDED));
  }

  @Test
  void aJobToleratesAsManyPercentAsItSaysAndNotOneTaskMore() {
    Scenario queue = given(NODE, job("a").tolerating(25).of(8, work("chunk")), lease(8));

    queue.when(hopeless("a.0.1")).thenAlso(buried("a.0"));
    queue.when(hopeless("a.1.1")).thenAlso(buried("a.1"));
    queue
        .when(hopeless("a.2.1"))
        .thenAlso(
            buried("a.2"), new JobFailed(A, "3 of its 8 tasks are buried, and it tolerates 25 %"));
  }

  @Test
  void tasksThatAreBuriedAlongWithAnotherCount() {
    given(NODE, job("a").tolerating(50).of(work("chunk"), work("chunk").after(0), work("chunk")))
        .and(lease(9))
        .when(hopeless("a.0.1"))
        .thenAlso(
            buried("a.0"),
            new TaskBuried(TaskId.parse("a.1"), "task 0, which it comes after, was buried"),
            new JobFailed(A, "2 of its 3 tasks are buried, and it tolerates 50 %"));
  }

  @Test
  void tasksThatResultsAskedForCountAmongAll() {
    Scenario queue = given(NODE, job("a").tolerating(40).of(2, work("chunk")), lease(2));

    queue.and(complete(held("a.0.1"), work("chunk").spec()));

    queue.when(hopeless("a.1.1")).thenAlso(buried("a.1"));
  }

  @Test
  void whatAFailedJobHadCannotBeRevived() {
    given(NODE, job("a").tolerating(0).of(2, work("chunk")), lease(1), hopeless("a.0.1"))
        .when(new ReviveTasks(A, List.of(0)))
        .thenRejected(
            "Expected job 'a' to run or to have buried tasks, but it has neither; nothing was"
                + " changed");
  }

  private static Command hopeless(String lease) {
    return new FailAttempt(held(lease), "no", false);
  }

  private static TaskBuried buried(String task) {
    return new TaskBuried(TaskId.parse(task), "no");
  }
}
