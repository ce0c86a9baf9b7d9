package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.JOB;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.OTHER;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.fail;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.result;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.task;
import static org.mycoswarm.queue.domain.Scenario.tasks;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.ReleaseLease;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.JobCancelled;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.JobSubmitted;
import org.mycoswarm.queue.domain.Event.LeaseExpired;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskLeased;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksAdded;

class DeciderTest {
  private static final JobSpec.IdempotencyKey KEY = key("k", "0");

  @Test
  void aSubmittedTaskIsLeasedByANodeThatCanDoIt() {
    given(register(NODE, "embed"), submit(task("embed")))
        .when(lease(5))
        .then(new TaskLeased(lease(0, 1), NODE));
  }

  @Test
  void aNodeGetsNothingThatItCannotDo() {
    given(register(NODE, "chunk"), submit(task("embed"))).when(lease(5)).then();
  }

  @Test
  void theTaskThatHasWaitedLongestComesFirstWhateverItsKind() {
    given(register(NODE, "embed", "chunk"), submit(task("chunk"), task("embed"), task("chunk")))
        .when(lease(2))
        .then(new TaskLeased(lease(0, 1), NODE), new TaskLeased(lease(1, 1), NODE));
  }

  @Test
  void anUnknownNodeIsToldToRegister() {
    given(submit(task("chunk")))
        .when(lease(1))
        .thenRejected(
            "Expected node 'n1' to be registered, but it is not; register it and ask again");
  }

  @Test
  void theLastResultFinishesTheJob() {
    given(register(NODE, "chunk"), submit(task("chunk")), lease(1))
        .when(complete(lease(0, 1)))
        .then(new TaskSucceeded(lease(0, 1), result()), new JobFinished(JOB, JobOutcome.SUCCEEDED));
  }

  @Test
  void aResultThatAsksForMoreKeepsTheJobOpenInTheSameEntry() {
    given(register(NODE, "chunk", "embed"), submit(task("chunk")), lease(1))
        .when(complete(lease(0, 1), task("embed")))
        .then(
            new TasksAdded(JOB, 1, List.of(child(task("embed")))),
            new TaskSucceeded(lease(0, 1), result()))
        .and(lease(1))
        .when(complete(lease(1, 1)))
        .then(new TaskSucceeded(lease(1, 1), result()), new JobFinished(JOB, JobOutcome.SUCCEEDED));
  }

  @Test
  void aLastTaskWaitsForWhatTheLastResultAsksFor() {
    given(register(NODE, "chunk"), submit(task("chunk"), last(task("chunk"))), lease(5))
        .and(complete(lease(0, 1), task("chunk")))
        .when(lease(5))
        .then(new TaskLeased(lease(2, 1), NODE))
        .and(complete(lease(2, 1)))
        .when(lease(5))
        .then(new TaskLeased(lease(1, 1), NODE));
  }

  @Test
  void aTaskThatIsNotLastCannotComeAfterOneThatIs() {
    given()
        .when(submit(last(task("chunk")), after(task("chunk"), 0)))
        .thenRejected(
            "Expected task 1 to be 'last' too, but it is not, and task 0, which it comes after,"
                + " waits for all that are not; nothing was changed");
  }

  @Test
  void aLongChainIsBuriedWithItsFirstTask() {
    TaskSpec[] chain =
        IntStream.range(0, 5_000)
            .mapToObj(i -> i == 0 ? task("chunk", 1) : after(task("chunk"), i - 1))
            .toArray(TaskSpec[]::new);
    Scenario queue = given(register(NODE, "chunk"), submit(chain), lease(1));

    queue.and(fail(lease(0, 1)));

    assertThat(queue.state().openTasks()).isZero();
    queue.and(new Command.ReviveTasks(JOB, List.of(4_999)));
    assertThat(queue.state().openTasks()).isEqualTo(5_000);
  }

  @Test
  void aSecondReportOfTheSameLeaseIsRefused() {
    given(register(NODE, "chunk"), submit(tasks("chunk", 2)), lease(1), complete(lease(0, 1)))
        .when(complete(lease(0, 1)))
        .thenRejected(
            "Expected attempt 1 of task 'job.0' to be leased, but the task has ended; the report was"
                + " dropped and changed nothing");
  }

  @Test
  void aReportForAJobThatHasEndedIsRefused() {
    given(register(NODE, "chunk"), submit(task("chunk")), lease(1), complete(lease(0, 1)))
        .when(complete(lease(0, 1)))
        .thenRejected(
            "Expected attempt 1 of task 'job.0' to be leased, but its job has ended or never was; the"
                + " report was dropped and changed nothing");
  }

  @Test
  void aLateResultOfAnExpiredLeaseIsRefusedWhenAnotherNodeHasTheTask() {
    given(register(NODE, "chunk"), register(OTHER, "chunk"), submit(task("chunk")), lease(1))
        .and(new ExpireLeases(List.of(lease(0, 1))))
        .after(Duration.ofSeconds(2))
        .and(new LeaseTasks(OTHER, 1))
        .when(complete(lease(0, 1)))
        .thenRejected(
            "Expected attempt 1 of task 'job.0' to be leased, but attempt 2 is, by node 'n2'; the"
                + " report was dropped and changed nothing");
  }

  @Test
  void aFailedTaskWaitsBeforeItIsLeasedAgain() {
    Scenario queue = given(register(NODE, "chunk"), submit(task("chunk")), lease(1));

    queue.and(fail(lease(0, 1))).when(lease(1)).then();

    queue.after(Duration.ofSeconds(1)).when(lease(1)).then(new TaskLeased(lease(0, 2), NODE));
  }

  @Test
  void theLastAttemptBuriesTheTaskAndFinishesTheJob() {
    Scenario queue = given(register(NODE, "chunk"), submit(task("chunk", 1)), lease(1));

    queue.when(fail(lease(0, 1)));

    queue.then(
        new AttemptFailed(lease(0, 1), "it broke", retryAt(queue, lease(0, 1), 1)),
        new TaskBuried(new TaskId(JOB, 0), "it broke"),
        new JobFinished(JOB, JobOutcome.FAILED));
  }

  @Test
  void aFailureThatMustHappenAgainIsBuriedAtOnce() {
    Scenario queue = given(register(NODE, "chunk"), submit(tasks("chunk", 2)), lease(2));

    queue.when(new FailAttempt(lease(0, 1), "no such model", false));

    queue.then(
        new AttemptFailed(lease(0, 1), "no such model", retryAt(queue, lease(0, 1), 1)),
        new TaskBuried(new TaskId(JOB, 0), "no such model"));
    queue
        .when(complete(lease(1, 1)))
        .then(
            new TaskSucceeded(lease(1, 1), result()),
            new JobFinished(JOB, JobOutcome.SUCCEEDED_WITH_FAILURES));
  }

  @Test
  void leasesThatExpireTogetherBuryTheirTasksAndFinishTheJobOnce() {
    Scenario queue =
        given(register(NODE, "chunk"), submit(task("chunk", 1), task("chunk", 1)), lease(2));
    String reason = "its node was not heard of for 30 s, and that was the last of 1 attempts";

    queue.when(new ExpireLeases(List.of(lease(0, 1), lease(1, 1))));

    queue.then(
        new LeaseExpired(lease(0, 1), queue.now()),
        new TaskBuried(new TaskId(JOB, 0), reason),
        new LeaseExpired(lease(1, 1), queue.now()),
        new TaskBuried(new TaskId(JOB, 1), reason),
        new JobFinished(JOB, JobOutcome.FAILED));
  }

  @Test
  void aLeaseThatEndedMeanwhileDoesNotExpire() {
    given(register(NODE, "chunk"), submit(tasks("chunk", 2)), lease(1), complete(lease(0, 1)))
        .when(new ExpireLeases(List.of(lease(0, 1))))
        .then();
  }

  @Test
  void aLeaseThatIsHandedBackCostsNoAttempt() {
    given(register(NODE, "chunk"), submit(task("chunk", 1)), lease(1))
        .when(new ReleaseLease(lease(0, 1)))
        .then(new LeaseReleased(lease(0, 1)))
        .when(lease(1))
        .then(new TaskLeased(lease(0, 2), NODE));
  }

  @Test
  void cancellingEndsTheJobAndEveryLeaseInIt() {
    given(register(NODE, "chunk"), submit(tasks("chunk", 3)), lease(1))
        .when(new CancelJob(JOB))
        .then(new JobCancelled(JOB))
        .when(complete(lease(0, 1)))
        .thenRejected(
            "Expected attempt 1 of task 'job.0' to be leased, but its job has ended or never was; the"
                + " report was dropped and changed nothing")
        .when(lease(5))
        .then()
        .when(new CancelJob(JOB))
        .thenRejected("Expected job 'job' to be running, but it has ended or never was");
  }

  @Test
  void theSameKeyGivesTheSameJobEvenWhenItHasEnded() {
    given(submit(JOB, KEY)).when(submit(new JobId("again"), KEY)).thenRepeated(JOB);
  }

  @Test
  void theSameKeyWithAnotherRequestIsAMistake() {
    given(submit(JOB, KEY, task("chunk")))
        .when(submit(new JobId("again"), key("k", "1"), task("chunk")))
        .thenRejected(
            "Expected the request that Idempotency-Key 'k' was first used with, for job 'job', but"
                + " this one differs; nothing was submitted. Use a new key for a new request");
  }

  @Test
  void theOldestKeysAreForgotten() {
    Limits twoKeys = limits(100, 100, 100, 1 << 20, 10, 2);

    given(twoKeys, submit(new JobId("a"), key("a", "0")), submit(new JobId("b"), key("b", "0")))
        .and(submit(new JobId("c"), key("c", "0")))
        .when(submit(new JobId("a2"), key("a", "0")))
        .then(
            new JobSubmitted(
                new JobId("a2"), submit(new JobId("a2"), key("a", "0")).spec(), List.of()),
            new JobFinished(new JobId("a2"), JobOutcome.SUCCEEDED));
  }

  @Test
  void aJobWithoutTasksIsFinishedAtOnce() {
    given()
        .when(submit())
        .then(
            new JobSubmitted(JOB, submit().spec(), List.of()),
            new JobFinished(JOB, JobOutcome.SUCCEEDED));
  }

  @Test
  void limitsAreSaidInNumbers() {
    Limits small = limits(3, 2, 1, 300, 1, 10);

    given(small, register(NODE, "chunk"), submit(tasks("chunk", 2)), lease(9))
        .when(submit(new JobId("b"), null, tasks("chunk", 3)))
        .thenRejected(
            "Expected tasks in one submission of at most 2, but it is 3; nothing was changed")
        .when(submit(new JobId("b"), null, tasks("chunk", 2)))
        .thenRejected(
            "Expected room in the queue, but 2 of at most 3 tasks are open; try again when some have"
                + " ended")
        .when(submit(new JobId("b"), null, task("chunk", 6)))
        .thenRejected("Expected attempts of at most 5, but it is 6; nothing was changed")
        .when(complete(lease(0, 1), tasks("chunk", 2)))
        .thenRejected("Expected tasks in one result of at most 1, but it is 2; nothing was changed")
        .when(lease(1))
        .then();
  }

  @Test
  void whatTheNodesAreIsRecordedOnlyWhenItChanges() {
    given(register(NODE, "chunk"))
        .when(register(NODE, "chunk"))
        .then()
        .when(register(NODE, "embed"))
        .then(new Event.NodeRegistered(NODE, register(NODE, "embed").profile()));
  }

  @Test
  void theDelayDoublesWithEachFailureUpToItsLimitAndJittersByUpToAHalf() {
    RetryPolicy policy = new RetryPolicy(9, Duration.ofSeconds(2), Duration.ofSeconds(10));

    assertThat(policy.delay(lease(0, 1), 1))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    assertThat(policy.delay(lease(0, 2), 2))
        .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(4));
    assertThat(policy.delay(lease(0, 8), 8))
        .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
    assertThat(policy.delay(lease(0, 1), 1)).isNotEqualTo(policy.delay(lease(1, 1), 1));
  }

  private static JobSpec.IdempotencyKey key(String value, String digit) {
    return new JobSpec.IdempotencyKey(value, new BlobHash(digit.repeat(64)));
  }

  private static Limits limits(
      int open, int perSubmission, int perResult, int bytes, int perNode, int keys) {
    return new Limits(
        open,
        perSubmission,
        perResult,
        bytes,
        1 << 10,
        perNode,
        5,
        60,
        keys,
        100,
        Duration.ofSeconds(5));
  }

  private static TaskSpec last(TaskSpec spec) {
    return starting(spec, new TaskSpec.Start(null, List.of(), true));
  }

  private static TaskSpec after(TaskSpec spec, int number) {
    return starting(spec, new TaskSpec.Start(null, List.of(number), false));
  }

  private static TaskSpec starting(TaskSpec spec, TaskSpec.Start start) {
    return new TaskSpec(
        spec.terms(), spec.label(), spec.parent(), spec.payload(), spec.blobs(), start);
  }

  private static TaskSpec child(TaskSpec spec) {
    return new TaskSpec(spec.terms(), spec.label(), 0, spec.payload(), spec.blobs(), spec.start());
  }

  private static java.time.Instant retryAt(Scenario queue, LeaseId lease, int failures) {
    return queue.now().plus(task("chunk").retry().delay(lease, failures));
  }
}
