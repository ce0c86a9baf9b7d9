package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.result;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.CompleteTask;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Command.SubmitJob;
import org.mycoswarm.queue.domain.Event.JobFinished;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;

/// The words of refusals that no other test of the rules has come across.
class RejectionTest {
  private static final Limits SMALL =
      new Limits(9, 9, 9, 1_000, 100, 9, 5, 20, 9, 9, Duration.ofSeconds(5));

  @Test
  void aJobIdIsUsedOnce() {
    given(job("a").of(work("chunk")))
        .when(job("a").of(work("chunk")))
        .thenRejected("Expected a new job id, but job 'a' exists");
  }

  @Test
  void theIdOfAJobThatEndedIsNotUsedAgain() {
    given(node("n1").can("chunk").registers(), job("a").of(work("chunk")), lease(1))
        .and(new CancelJob(new JobId("a")))
        .when(job("a").of(work("chunk")))
        .thenRejected("Expected a new job id, but job 'a' exists");
  }

  @Test
  void numbersAreWrittenTheSameOnEveryMachine() {
    Locale machines = Locale.getDefault();
    try {
      Locale.setDefault(Locale.GERMANY);

      String message = new Rejection.TooLarge("bytes", 1_234_567, 1_000).message();

      assertThat(message)
          .isEqualTo("Expected bytes of at most 1,000, but it is 1,234,567; nothing was changed");
    } finally {
      Locale.setDefault(machines);
    }
  }

  @Test
  void whatIsNeitherRunningNorBuriedCannotBeRevived() {
    given()
        .when(new ReviveTasks(new JobId("a"), List.of(0)))
        .thenRejected(
            "Expected job 'a' to run or to have buried tasks, but it has neither; nothing was"
                + " changed");
  }

  @Test
  void aSubmissionIsRefusedAboveItsBytes() {
    given(SMALL)
        .when(submit("a", "x".repeat(1_001)))
        .thenRejected(
            "Expected bytes in one submission of at most 1,000, but it is 1,001; nothing was"
                + " changed");
  }

  @Test
  void aLeaseTimeIsRefusedAboveItsLimit() {
    given(SMALL)
        .when(job("a").of(work("chunk")))
        .thenRejected(
            "Expected a lease time in seconds of at most 20, but it is 30; nothing was changed");
  }

  @Test
  void aResultThatIsTooLargeIsRefusedAndTheLeaseGoesOn() {
    Limits limits = new Limits(9, 9, 9, 900, 100, 9, 5, 60, 9, 9, Duration.ofSeconds(5));
    TaskSpec[] many = Collections.nCopies(9, work("chunk").spec()).toArray(TaskSpec[]::new);

    given(limits, node("n1").can("chunk").registers(), job("a").of(work("chunk")), lease(1))
        .when(new CompleteTask(held("a.0.1"), detail("x".repeat(101)), List.of()))
        .thenRejected(
            "Expected bytes in the detail of a result of at most 100, but it is 101; nothing was"
                + " changed")
        .when(complete(held("a.0.1"), many))
        .thenRejected(
            "Expected bytes in one result of at most 900, but it is 990; nothing was changed")
        .when(complete(held("a.0.1")))
        .then(
            new TaskSucceeded(held("a.0.1"), result()),
            new JobFinished(new JobId("a"), JobOutcome.SUCCEEDED));
  }

  @Test
  void aResultMayFillTheQueueTwiceAsFullAsASubmissionMayAndNoFurther() {
    Limits two = new Limits(2, 9, 9, 9_000, 100, 9, 5, 60, 9, 9, Duration.ofSeconds(5));
    TaskSpec chunk = work("chunk").spec();

    given(two, node("n1").can("chunk").registers(), job("a").of(2, work("chunk")), lease(2))
        .when(complete(held("a.0.1"), chunk, chunk, chunk))
        .thenRejected(
            "Expected room in the queue, but 2 of at most 4 tasks are open; try again when some have"
                + " ended")
        .and(complete(held("a.0.1"), chunk, chunk));
  }

  @Test
  void anOrderSaysWhatItMayBe() {
    assertThatThrownBy(() -> job("a").priority(10).of())
        .hasMessage("Expected a priority of 0 to 9, but it is 10");
    assertThatThrownBy(() -> job("a").tolerating(101).of())
        .hasMessage("Expected tolerated failures in percent of 0 to 100, but it is 101");
  }

  private static SubmitJob submit(String id, String detail) {
    return new SubmitJob(
        new JobId(id), new JobSpec("a job", "tasks", detail, List.of(), null), List.of());
  }

  private static TaskResult detail(String text) {
    return new TaskResult(text, List.of(), new TreeMap<>());
  }
}
