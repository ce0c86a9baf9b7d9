package org.mycoswarm.queue.domain;

import static org.mycoswarm.queue.domain.Scenario.at;
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
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Event.AttemptFailed;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksRevived;

class DependenciesTest {
  private static final RegisterNode NODE = node("n1").can("chunk").can("embed").registers();
  private static final JobId A = new JobId("a");

  @Test
  void aTaskComesAfterTheOneItNames() {
    Scenario queue = given(NODE, job("a").of(work("chunk"), work("chunk").after(0)));

    queue.when(lease(9)).thenLeased("a.0");
    queue.when(lease(9)).thenLeased();
    queue.and(complete(held("a.0.1"))).when(lease(9)).thenLeased("a.1");
  }

  @Test
  void aRetryInBetweenChangesNothing() {
    Scenario queue = given(NODE, job("a").of(work("chunk"), work("chunk").after(0)));

    queue.and(lease(9), fail(held("a.0.1"))).after(Duration.ofSeconds(1));

    queue.when(lease(9)).thenLeased("a.0").andDone();
    queue.when(lease(9)).thenLeased("a.1");
  }

  @Test
  void theTipOfADiamondWaitsForBothSides() {
    Scenario queue = given(NODE, diamond());

    queue.when(lease(9)).thenLeased("a.0").andDone();
    queue.when(lease(9)).thenLeased("a.1", "a.2");
    queue.and(complete(held("a.2.1"))).when(lease(9)).thenLeased();
    queue.and(complete(held("a.1.1"))).when(lease(9)).thenLeased("a.3");
  }

  @Test
  void aStartThatIsPutOffCountsOnceEverythingBeforeItIsDone() {
    Scenario queue =
        given(NODE, job("a").of(work("chunk"), work("chunk").after(0).notBefore(at(10))));

    queue.when(lease(9)).andDone().when(lease(9)).thenLeased();

    queue.after(Duration.ofSeconds(10)).when(lease(9)).thenLeased("a.1");
  }

  @Test
  void aBuriedTaskTakesThoseAfterItAlongEachWithItsReason() {
    Scenario queue = given(NODE, diamond(), lease(9));

    queue.when(hopeless("a.0.1"));

    queue.then(
        new AttemptFailed(held("a.0.1"), "no", retryAt(queue)),
        buried("a.0", "no"),
        buried("a.1", "task 0, which it comes after, was buried"),
        buried("a.2", "task 0, which it comes after, was buried"),
        buried("a.3", "task 1, which it comes after, was buried"),
        new JobFinished(A, JobOutcome.FAILED));
  }

  @Test
  void theLastTaskWaitsUntilAllOthersHaveEndedHoweverTheyDid() {
    Scenario queue = given(NODE, job("a").of(work("embed").last(), work("chunk"), work("chunk")));

    queue.when(lease(9)).thenLeased("a.1", "a.2");
    queue.and(complete(held("a.1.1"))).when(lease(9)).thenLeased();
    queue.and(hopeless("a.2.1")).when(lease(9)).thenLeased("a.0");
    queue
        .when(complete(held("a.0.1")))
        .then(
            new TaskSucceeded(held("a.0.1"), result()),
            new JobFinished(A, JobOutcome.SUCCEEDED_WITH_FAILURES));
  }

  @Test
  void theLastTaskWaitsForWhatResultsAskedForWhileOthersWereOpen() {
    Scenario queue = given(NODE, job("a").of(work("chunk"), work("chunk"), work("embed").last()));

    queue.and(lease(9), complete(held("a.0.1"), work("chunk").spec()), complete(held("a.1.1")));

    queue.when(lease(9)).thenLeased("a.3").andDone();
    queue.when(lease(9)).thenLeased("a.2");
  }

  @Test
  void tasksThatAResultAsksForNameEachOtherByTheirPlaceInTheResult() {
    Scenario queue = given(NODE, job("a").of(2, work("chunk")), lease(2));

    queue.and(complete(held("a.1.1"), work("embed").spec(), work("embed").after(0).spec()));

    queue.when(lease(9)).thenLeased("a.2").andDone();
    queue.when(lease(9)).thenLeased("a.3");
  }

  @Test
  void aTaskThatComesAfterItselfOrALaterOneIsRefused() {
    given(NODE, job("b").of(work("chunk")), lease(1))
        .when(job("a").of(work("chunk"), work("chunk").after(1)))
        .thenRejected(
            "Expected task 1 to come after tasks that stand before it, but it names task 1; nothing"
                + " was changed")
        .when(complete(held("b.0.1"), work("chunk").after(1).spec(), work("chunk").spec()))
        .thenRejected(
            "Expected task 0 to come after tasks that stand before it, but it names task 1; nothing"
                + " was changed")
        .when(complete(held("b.0.1")))
        .then(
            new TaskSucceeded(held("b.0.1"), result()),
            new JobFinished(new JobId("b"), JobOutcome.SUCCEEDED));
  }

  @Test
  void revivingATaskRevivesTheBuriedOnesItComesAfterAndTheyRunInOrder() {
    Scenario queue = given(NODE, diamond(), lease(9), hopeless("a.0.1"));

    queue.when(revive(3)).then(new TasksRevived(A, List.of(0, 1, 2, 3)));

    queue.when(lease(9)).thenLeased("a.0").andDone();
    queue.when(lease(9)).thenLeased("a.1", "a.2").andDone();
    queue.when(lease(9)).thenLeased("a.3").andDone();
    queue.when(revive(0)).thenRejected(nothingKnown());
  }

  @Test
  void revivingTheFirstOfAChainLeavesTheOthersBuried() {
    Scenario queue = given(NODE, diamond(), lease(9), hopeless("a.0.1"));

    queue.when(revive(0)).then(new TasksRevived(A, List.of(0)));

    queue.when(lease(9)).thenLeased("a.0");
    queue
        .when(complete(held("a.0.2")))
        .then(
            new TaskSucceeded(held("a.0.2"), result()),
            new JobFinished(A, JobOutcome.SUCCEEDED_WITH_FAILURES));
    queue.when(revive(1)).then(new TasksRevived(A, List.of(1)));
    queue.when(lease(9)).thenLeased("a.1");
  }

  /// 0, then 1 and 2, then 3.
  private static Command diamond() {
    return job("a")
        .of(
            work("chunk"),
            work("chunk").after(0),
            work("chunk").after(0),
            work("chunk").after(1, 2));
  }

  private static Command hopeless(String lease) {
    return new FailAttempt(held(lease), "no", false);
  }

  private static Command revive(Integer... numbers) {
    return new ReviveTasks(A, List.of(numbers));
  }

  private static TaskBuried buried(String task, String reason) {
    return new TaskBuried(TaskId.parse(task), reason);
  }

  private static Instant retryAt(Scenario queue) {
    return ((AttemptFailed) queue.happened().getFirst()).retryAt();
  }

  private static String nothingKnown() {
    return "Expected job 'a' to run or to have buried tasks, but it has neither; nothing was"
        + " changed";
  }
}
