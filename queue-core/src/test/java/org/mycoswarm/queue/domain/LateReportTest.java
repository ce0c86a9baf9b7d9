package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.fail;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.ExpireLeases;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.ReleaseLease;
import org.mycoswarm.queue.domain.Event.LateReport;

/// A report whose lease has ended is kept for those who look into what happened, and never applied.
class LateReportTest {
  static Stream<Command> reports() {
    return Stream.of(
        complete(held("a.0.1")),
        complete(held("a.0.1"), work("chunk").spec()),
        fail(held("a.0.1")),
        new ReleaseLease(held("a.0.1")));
  }

  @ParameterizedTest
  @MethodSource("reports")
  void aReportAfterTheLeaseExpiredChangesNothing(Command report) {
    Scenario queue = oneLeased().and(expire("a.0.1"));
    String before = queue.state().hash();

    queue.when(report);

    refused(queue, "that lease has ended and the task waits for another");
    assertThat(queue.state().hash()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("reports")
  void aReportWhileAnotherNodeHasTheTaskTakesNothingFromIt(Command report) {
    Scenario queue = oneLeased().and(expire("a.0.1")).and(new LeaseTasks(new NodeId("n2"), 1));
    String before = queue.state().hash();

    queue.when(report);

    refused(queue, "attempt 2 is, by node 'n2'");
    assertThat(queue.state().hash()).isEqualTo(before);
    queue.and(complete(held("a.0.2")));
  }

  @Test
  void aSecondReportOfADoneTaskIsWrittenDown() {
    Scenario queue = oneLeased().and(complete(held("a.0.1")));

    queue.when(complete(held("a.0.1")));

    refused(queue, "the task has ended");
  }

  @Test
  void aReportForABuriedTaskIsWrittenDown() {
    Scenario queue = oneLeased().and(expire("a.0.1")).and(lease(1)).and(expire("a.0.2"));

    queue.and(lease(1)).and(expire("a.0.3")).when(complete(held("a.0.1")));

    refused(queue, "the task has ended");
  }

  @Test
  void aReportForACancelledJobIsWrittenDown() {
    Scenario queue = oneLeased().and(new CancelJob(new JobId("a")));

    queue.when(complete(held("a.0.1")));

    refused(queue, "its job has ended or never was");
  }

  @Test
  void aReportForALeaseThatNeverWasIsRefusedAndNotKept() {
    oneLeased()
        .when(complete(held("a.0.2")))
        .thenRejected(
            "Expected attempt 2 of task 'a.0' to be leased, but attempt 1 is, by node 'n1'; the"
                + " report was dropped and changed nothing")
        .thenOnlyWrittenDown()
        .when(complete(held("a.9.1")))
        .thenRejected(
            "Expected attempt 1 of task 'a.9' to be leased, but its job has ended or never was; the"
                + " report was dropped and changed nothing")
        .thenOnlyWrittenDown()
        .when(complete(held("never.0.1")))
        .thenOnlyWrittenDown();
  }

  @Test
  void anAttemptThatNobodyCanHaveHadIsRefusedAndNotKeptThoughItsTaskHasEnded() {
    Scenario queue = oneLeased().and(complete(held("a.0.1")));

    queue.when(complete(held("a.0.2"))).thenOnlyWrittenDown();
    queue.and(new CancelJob(new JobId("a"))).when(complete(held("a.0.2"))).thenOnlyWrittenDown();

    queue.when(complete(held("a.0.1")));
    refused(queue, "its job has ended or never was");
  }

  private static Scenario oneLeased() {
    return given(node("n1").can("chunk").registers(), node("n2").can("chunk").registers())
        .and(job("a").of(2, work("chunk")), lease(1));
  }

  private static Command expire(String lease) {
    return new ExpireLeases(List.of(held(lease)));
  }

  private static void refused(Scenario queue, String found) {
    queue
        .thenRejected(
            "Expected attempt 1 of task 'a.0' to be leased, but %s; the report was dropped and changed nothing"
                .formatted(found))
        .thenOnlyWrittenDown(new LateReport(held("a.0.1"), found));
  }
}
