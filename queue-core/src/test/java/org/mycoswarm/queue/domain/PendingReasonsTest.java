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
import java.util.Optional;
import org.assertj.core.api.ListAssert;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.FailAttempt;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.SetNodeMode;
import org.mycoswarm.queue.domain.Command.SetThrottle;

/// Why a task is not being worked on, in words with names and numbers.
class PendingReasonsTest {
  private static final RegisterNode NODE = node("n1").can("chunk").registers();
  private static final String ALONE =
      "1 ready tasks ask for the same, 0 of them with a higher priority than 4";

  @Test
  void withoutNodesItSaysHowToStartOne() {
    why(given(job("a").of(work("chunk"))), "a.0", "ready")
        .containsExactly("No node is registered; start one with 'mycoswarm node'");
  }

  @Test
  void whatTheNodesOfferIsNamedWhenNoneOffersTheKind() {
    why(given(NODE, node("n2").can("scan").registers(), job("a").of(work("embed"))), "a.0", "ready")
        .containsExactly("None of 2 nodes offers the kind 'embed'; they offer chunk, scan");
  }

  @Test
  void aPinnedTaskNamesItsNodeAndNoOther() {
    Scenario queue = given(NODE, node("n2").can("chunk").registers());
    queue.and(new SetNodeMode(new NodeId("n2"), NodeMode.PAUSED));
    TaskDraft task = work("chunk");
    queue.and(
        job("a").of(task.onlyOn("n9"), task.onlyOn("n2"), work("scan").onlyOn("n1"), task, task),
        job("b").of(task.onlyOn("n1")));

    why(queue, "a.0", "ready")
        .containsExactly("It waits for the node 'n9', which is not registered");
    why(queue, "a.1", "ready")
        .containsExactly(
            "It waits for the node 'n2' (n2), which could do it, but is paused", ALONE);
    why(queue, "a.2", "ready")
        .containsExactly(
            "It waits for the node 'n1' (n1), which offers chunk, but not 'scan'", ALONE);
    why(queue, "b.0", "ready")
        .containsExactly(
            "It waits for the node 'n1' (n1), which can do it, holds 0 leases, and was heard of"
                + " 0.0 s ago",
            ALONE);
  }

  @Test
  void everyNodeOfTheKindIsNamedWithWhatKeepsItFromTheTask() {
    Resources small = new Resources(1, 512, 0);
    Scenario queue =
        given(
            node("bobs").can("chunk").has(small).onlyFor("bob", "carl").registers(),
            node("drained").can("chunk").has(small).registers(),
            node("full").can("chunk").has(small).registers(),
            node("none").can("chunk").registers());
    queue.and(new SetNodeMode(new NodeId("drained"), NodeMode.DRAINING));
    TaskDraft task = work("chunk").takes(small);
    queue.and(job("a").by("ann").of(task, task), new Command.LeaseTasks(new NodeId("full"), 1));

    why(queue, "a.1", "ready")
        .containsExactly(
            "Node 'bobs' (bobs) takes only work of bob, carl, but this is of 'ann'",
            "Node 'drained' (drained) could do it, but is draining",
            "Node 'full' (full) could do it, but has only 0 cpu, 0 MiB ram, 0 MiB vram free, and"
                + " the task takes 1 cpu, 512 MiB ram, 0 MiB vram",
            "Node 'none' (none) has 0 cpu, 0 MiB ram, 0 MiB vram, but the task takes 1 cpu, 512"
                + " MiB ram, 0 MiB vram",
            ALONE);
  }

  @Test
  void aNodeThatCanDoItIsNamedWithItsLeasesAndWhenItWasHeardOf() {
    Scenario queue = given(NODE, job("a").of(2, work("chunk")), lease(1));
    queue.after(Duration.ofSeconds(3)).when(new Command.PassTime());

    why(queue, "a.1", "ready")
        .containsExactly(
            "Node 'n1' (n1) can do it, holds 1 leases, and was heard of 3.0 s ago", ALONE);
  }

  @Test
  void tasksThatAskForTheSameAreCountedByPriority() {
    Scenario queue = given(NODE, job("a").priority(2).of(2, work("chunk")));

    queue.and(job("b").priority(7).of(5, work("chunk")));

    why(queue, "a.0", "ready")
        .contains("7 ready tasks ask for the same, 5 of them with a higher priority than 2");
  }

  @Test
  void aPausedJobAndThrottlesComeFirst() {
    Throttle.Scope kind = Throttle.Scope.parse("kind:chunk");
    Scenario queue = given(NODE, new SetThrottle(kind, new Throttle(1, 30)));
    queue.and(job("a").of(2, work("chunk")), lease(1), new PauseJob(new JobId("a")));

    why(queue, "a.1", "ready")
        .startsWith(
            "Its job 'a' is paused",
            "At most 1 tasks of kind:chunk run at a time, and 1 do",
            "At most 30 tasks of kind:chunk start a minute; the next may at " + at(2));
  }

  @Test
  void aNodeThatKeepsItsSlotsForAnotherTaskSaysForWhat() {
    Resources core = new Resources(1, 0, 0);
    Scenario queue = given(node("n1").can("chunk").has(new Resources(2, 0, 0)).registers());
    queue.and(job("long").of(work("chunk").takes(core)), lease(1));
    queue.and(job("big").of(work("chunk").takes(new Resources(2, 0, 0))));

    queue.after(Duration.ofSeconds(50)).and(job("small").of(work("chunk").takes(core)));

    why(queue.when(lease(1)), "small.0", "ready")
        .containsExactly(
            "Node 'n1' (n1) could do it, but keeps its slots for a task that has waited longer"
                + " and takes 2 cpu, 0 MiB ram, 0 MiB vram",
            ALONE);
  }

  @Test
  void aTaskThatWaitsSaysUntilWhen() {
    Scenario queue = given(NODE, job("a").of(work("chunk").notBefore(at(90)), work("chunk")));
    queue.and(lease(1), fail(held("a.1.1")));
    Task.Waiting retried = (Task.Waiting) queue.state().task(TaskId.parse("a.1")).orElseThrow();

    why(queue, "a.0", "waiting")
        .containsExactly("Its start was put off to " + at(90) + ", in 90.0 s");
    why(queue, "a.1", "waiting")
        .containsExactly(
            "It failed 1 of at most 3 times, and may be leased again at %s, in %.1f s"
                .formatted(
                    retried.until(),
                    Duration.between(queue.now(), retried.until()).toMillis() / 1e3));
  }

  @Test
  void aTaskThatIsBlockedNamesWhatIsBeforeIt() {
    Scenario queue =
        given(NODE)
            .and(job("a").of(work("chunk"), work("chunk"), work("chunk").after(0, 1).last()))
            .and(lease(1));

    why(queue, "a.2", "blocked")
        .containsExactly(
            "It comes after tasks that have not succeeded: a.0 (leased by n1), a.1 (ready)",
            "It waits until the other 2 open tasks of its job have ended");
  }

  @Test
  void aTaskThatIsWorkedOnOrBuriedSaysSoAndOneThatIsDoneSaysNothing() {
    Scenario queue = given(NODE, job("a").of(4, work("chunk")), lease(3));
    queue.and(complete(held("a.0.1")), new FailAttempt(held("a.1.1"), "no such page", false));

    assertThat(
            PendingReasons.of(
                queue.state(), TaskId.parse("a.0"), Limits.DEFAULT, _ -> Optional.empty()))
        .isEmpty();
    why(queue, "a.1", "buried").containsExactly("It is buried: no such page");
    why(queue, "a.2", "leased")
        .containsExactly("Node 'n1' works on it: attempt 1, after 0 of at most 3 failures");
  }

  private static ListAssert<String> why(Scenario queue, String task, String state) {
    PendingReasons.Why why =
        PendingReasons.of(
                queue.state(), TaskId.parse(task), Limits.DEFAULT, _ -> Optional.of(at(0)))
            .orElseThrow();
    assertThat(why.state()).isEqualTo(state);
    return assertThat(why.reasons());
  }
}
