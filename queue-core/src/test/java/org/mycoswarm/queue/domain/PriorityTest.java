package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.RegisterNode;

/// Priorities 2 and 7 are 5 apart, and the ageing step is 5 s: so 25 s without service make them
/// equal.
class PriorityTest {
  private static final RegisterNode NODE = node("n1").can("chunk").can("embed").registers();
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void theHigherPriorityGoesFirstThoughItCameLater() {
    given(NODE)
        .and(job("low").priority(2).of(2, work("chunk")))
        .and(job("high").priority(7).of(2, work("chunk")))
        .when(lease(3))
        .thenLeased("high.0", "high.1", "low.0");
  }

  @Test
  void theHigherPriorityGoesFirstWhateverTheKinds() {
    given(NODE)
        .and(job("low").priority(2).of(2, work("embed")))
        .and(job("high").priority(7).of(2, work("chunk")))
        .when(lease(3))
        .thenLeased("high.0", "high.1", "low.0");
  }

  @Test
  void equalPrioritiesTakeTurns() {
    given(NODE)
        .and(job("one").of(2, work("chunk")))
        .and(job("two").of(2, work("chunk")))
        .when(lease(4))
        .thenLeased("one.0", "two.0", "one.1", "two.1");
  }

  @Test
  void theLowerPriorityGetsOneTaskAfterTheAgeingStepTimesTheDifferenceAndThenWaitsAnew() {
    Scenario queue = lowAndHighOf("chunk");

    for (int i = 0; i < 24; i++) {
      queue.after(SECOND).when(lease(1)).thenLeased("high." + i).andDone();
    }

    queue.after(SECOND).when(lease(1)).thenLeased("low.0");
    for (int i = 24; i < 48; i++) {
      queue.after(SECOND).when(lease(1)).thenLeased("high." + i).andDone();
    }
    queue.after(SECOND).when(lease(1)).thenLeased("low.1");
  }

  @Test
  void theLowerPriorityIsNotStarvedByAnotherKindEither() {
    Scenario queue = lowAndHighOf("embed");

    for (int i = 0; i < 24; i++) {
      queue.after(SECOND).when(lease(1)).thenLeased("high." + i).andDone();
    }

    queue.after(SECOND).when(lease(1)).thenLeased("low.0");
  }

  @Test
  void aTimeInWhichNobodyGotAnythingMakesNothingEqual() {
    Scenario queue = lowAndHighOf("chunk").after(Duration.ofMinutes(10));

    queue.when(lease(4)).thenLeased("high.0", "low.0", "high.1", "high.2");
  }

  @Test
  void aPriorityThatCameWhenAnotherHadWaitedLongWaitsItsOwnTime() {
    Scenario queue = given(NODE, job("low").priority(2).of(2, work("chunk")));

    queue.after(Duration.ofSeconds(24)).and(job("high").priority(7).of(2, work("chunk")));

    queue.when(lease(4)).thenLeased("high.0", "high.1", "low.0", "low.1");
  }

  @Test
  void aTaskThatNeedsManySlotsIsNotStarvedByThoseThatNeedFew() {
    Scenario queue = given(node("n1").can("chunk").has(cores(4)).registers());
    queue.and(job("big").of(9, work("chunk").takes(cores(4))));
    queue.and(job("small").of(999, work("chunk").takes(cores(1))));
    Deque<LeaseId> running = new ArrayDeque<>();
    queue.when(lease(1)).thenLeased("big.0").andDone();
    queue.when(lease(4));
    queue.leased().forEach(e -> running.add(e.lease()));

    // Each task runs four seconds, and there are never two cores free at a time.
    for (int i = 0; i < 49; i++) {
      queue.after(SECOND).and(complete(running.remove())).when(lease(1));
      queue.thenLeased("small." + (4 + i));
      queue.leased().forEach(e -> running.add(e.lease()));
    }

    for (int i = 0; i < 3; i++) {
      queue.after(SECOND).and(complete(running.remove())).when(lease(9)).thenLeased();
    }
    queue.after(SECOND).and(complete(running.remove())).when(lease(1)).thenLeased("big.1");
  }

  @Test
  void whatTakesOtherSlotsIsNotHeldBackMeanwhile() {
    Scenario queue = fourCoresOfWhichOneIsTaken(1);
    queue.and(job("big").of(work("chunk").takes(cores(4))));

    queue.after(Duration.ofSeconds(50));
    queue.and(job("one").of(work("chunk").takes(cores(1))), job("none").of(work("chunk")));
    queue.and(job("ram").of(work("chunk").takes(new Resources(0, 1, 0))));

    queue.when(lease(9)).thenLeased("none.0", "ram.0");
  }

  @Test
  void whatHasWaitedAlmostAsLongMayOvertakeATaskThatNeedsManySlots() {
    Scenario queue = fourCoresOfWhichOneIsTaken(1);
    queue.and(job("big").of(work("chunk").takes(cores(4))));
    queue.after(Duration.ofSeconds(5)).and(job("one").of(2, work("chunk").takes(cores(1))));

    queue.after(Duration.ofSeconds(100));

    queue.when(lease(9)).thenLeased("one.0");
  }

  @Test
  void oneMoreNodeKeepsItsSlotsEachTimeATaskHasWaitedAsLongAgain() {
    Scenario queue = fourCoresOfWhichOneIsTaken(3);
    queue.and(job("big").priority(0).of(work("chunk").takes(cores(4))));

    for (int nodes = 1; nodes <= 3; nodes++) {
      queue.after(Duration.ofSeconds(50));
      queue.and(job("one-" + nodes).priority(0).of(9, work("chunk").takes(cores(1))));

      for (int i = 1; i <= 3; i++) {
        queue.when(new LeaseTasks(new NodeId("n" + i), 1));
        assertThat(queue.leased()).as("n%d of %d", i, nodes).hasSize(i <= nodes ? 0 : 1);
        queue.andDone();
      }
      queue.and(new CancelJob(new JobId("one-" + nodes)));
    }
  }

  /// Each node has a lease that goes on.
  private static Scenario fourCoresOfWhichOneIsTaken(int nodes) {
    Scenario queue = given();
    for (int i = 1; i <= nodes; i++) {
      queue.and(node("n" + i).can("chunk").has(new Resources(4, 9, 0)).registers());
      queue.and(job("long-" + i).of(work("chunk").takes(cores(1)).onlyOn("n" + i)));
      queue.and(new LeaseTasks(new NodeId("n" + i), 1));
    }
    return queue;
  }

  private static Resources cores(int count) {
    return new Resources(count, 0, 0);
  }

  private static Scenario lowAndHighOf(String kind) {
    return given(NODE)
        .and(job("low").priority(2).of(9, work("chunk")))
        .and(job("high").priority(7).of(99, work(kind)));
  }
}
