package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mycoswarm.queue.domain.Command.LeaveNode;
import org.mycoswarm.queue.domain.Command.PassTime;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.ResumeJob;
import org.mycoswarm.queue.domain.Command.ReviveTasks;
import org.mycoswarm.queue.domain.Command.SetNodeMode;
import org.mycoswarm.queue.domain.Event.JobPaused;
import org.mycoswarm.queue.domain.Event.JobResumed;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Event.NodeModeChanged;
import org.mycoswarm.queue.domain.Event.NodeRegistered;
import org.mycoswarm.queue.domain.Event.TaskBuried;
import org.mycoswarm.queue.domain.Event.TaskSucceeded;
import org.mycoswarm.queue.domain.Event.TasksRevived;

class ControlOfJobsAndNodesTest {
  private static final JobId A = new JobId("a");
  private static final NodeId N1 = new NodeId("n1");
  private static final RegisterNode NODE = node("n1").can("chunk").registers();

  @Test
  void nothingOfAPausedJobIsLeasedUntilItIsResumed() {
    given(NODE, job("a").of(2, work("chunk")), job("b").of(work("chunk")))
        .when(new PauseJob(A))
        .then(new JobPaused(A))
        .when(lease(9))
        .thenLeased("b.0")
        .when(new ResumeJob(A))
        .then(new JobResumed(A))
        .when(lease(9))
        .thenLeased("a.0", "a.1");
  }

  @Test
  void leasesOfAPausedJobGoOnAndTheirResultsCount() {
    given(NODE, job("a").of(2, work("chunk")), lease(1), new PauseJob(A))
        .when(complete(held("a.0.1")))
        .then(new TaskSucceeded(held("a.0.1"), result()));
  }

  @Test
  void tasksThatBecomeReadyWhileTheirJobIsPausedWaitToo() {
    Scenario queue = given(NODE, job("a").of(work("chunk"), work("chunk").notBefore(at(5))));
    queue.and(lease(1), new PauseJob(A), fail(held("a.0.1"))).after(Duration.ofSeconds(9));

    queue.when(lease(9)).thenLeased();

    queue.and(new ResumeJob(A)).when(lease(9)).thenLeased("a.0", "a.1");
  }

  @Test
  void deadlinesPassWhileAJobIsPaused() {
    given(NODE, job("a").of(work("chunk").deadline(at(5)), work("chunk")), new PauseJob(A))
        .after(Duration.ofSeconds(5))
        .when(new PassTime())
        .then(new TaskBuried(TaskId.parse("a.0"), "its deadline passed"));
  }

  @Test
  void pausingTwiceOrResumingWhatRunsChangesNothing() {
    given(NODE, job("a").of(work("chunk")))
        .when(new ResumeJob(A))
        .then()
        .and(new PauseJob(A))
        .when(new PauseJob(A))
        .then();
  }

  @Test
  void aTaskThatWaitsForItsRetryCanBeHadAtOnceWithAllItsAttempts() {
    Scenario queue = given(NODE, job("a").of(2, work("chunk").attempts(2)), lease(1));
    queue.and(fail(held("a.0.1")));

    queue.when(new ReviveTasks(A, List.of(0, 1))).then(new TasksRevived(A, List.of(0)));

    queue.when(lease(1)).thenLeased("a.0").and(fail(held("a.0.2")));
    queue.after(Duration.ofSeconds(1)).when(lease(1)).thenLeased("a.0");
  }

  @ParameterizedTest
  @EnumSource(names = {"PAUSED", "DRAINING"})
  void aNodeThatIsPausedOrDrainedGetsNothingNewAndGoesOnWithWhatItHolds(NodeMode mode) {
    given(NODE, job("a").of(3, work("chunk")), lease(1))
        .when(new SetNodeMode(N1, mode))
        .then(new NodeModeChanged(N1, mode))
        .when(lease(9))
        .thenLeased()
        .when(complete(held("a.0.1")))
        .then(new TaskSucceeded(held("a.0.1"), result()))
        .and(new SetNodeMode(N1, NodeMode.ACTIVE))
        .when(lease(9))
        .thenLeased("a.1", "a.2");
  }

  @Test
  void aNodeKeepsItsModeWhenItRegistersAnew() {
    RegisterNode changed = node("n1").can("chunk").can("embed").registers();

    given(NODE, job("a").of(work("chunk")), new SetNodeMode(N1, NodeMode.DRAINING))
        .when(changed)
        .then(new NodeRegistered(N1, changed.profile()))
        .when(lease(1))
        .thenLeased()
        .when(new SetNodeMode(N1, NodeMode.DRAINING))
        .then();
  }

  @Test
  void aNodeThatLeavesHandsBackAllItHoldsAndNoTaskLosesAnAttempt() {
    Scenario queue = given(NODE, node("n2").can("chunk").registers());
    queue.and(job("a").of(work("chunk").attempts(1)), lease(1));

    queue.when(new LeaveNode(N1)).then(new LeaseReleased(held("a.0.1")));

    queue.when(new LeaveNode(N1)).then();
    queue.when(new Command.LeaseTasks(new NodeId("n2"), 1)).thenMatched("a.0 to n2");
    queue.when(complete(held("a.0.2"))).thenLeased();
  }

  @Test
  void whatIsNotThereCannotBeControlled() {
    String noNode = "Expected node 'n1' to be registered, but it is not; register it and ask again";
    String noJob = "Expected job 'a' to be running, but it has ended or never was";

    given()
        .when(new SetNodeMode(N1, NodeMode.PAUSED))
        .thenRejected(noNode)
        .when(new LeaveNode(N1))
        .thenRejected(noNode)
        .when(new PauseJob(A))
        .thenRejected(noJob)
        .when(new ResumeJob(A))
        .thenRejected(noJob);
    assertThatThrownBy(() -> NodeMode.parse("asleep"))
        .hasMessage("Expected the mode of a node (active, paused or draining), but it is 'asleep'");
  }
}
