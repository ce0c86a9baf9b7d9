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

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.LeaseTasks;

/// Which of several nodes that ask gets a task, and what a node is never given.
class MatchingTest {
  private static final Resources SMALL = new Resources(2, 4_096, 0);
  private static final Resources BIG = new Resources(16, 65_536, 24_576);
  private static final Resources ONE_CORE = new Resources(1, 0, 0);

  @Test
  void theNodeThatHasTheModelLoadedIsPreferred() {
    given(node("cold").can("embed", 900).registers(), node("warm").hasLoaded("embed").registers())
        .and(job("a").of(work("embed")))
        .when(ask("cold", "warm"))
        .thenMatched("a.0 to warm");
  }

  @Test
  void theNodeThatHasTheBlobsIsPreferredEvenToTheOneThatHasTheModelLoaded() {
    given(node("n1").can("chunk").can("embed").registers(), job("a").of(work("chunk")), lease(1))
        .and(complete(held("a.0.1"), work("embed").spec()))
        .and(node("warm").hasLoaded("embed").registers())
        .when(ask("warm", "n1"))
        .thenMatched("a.1 to n1");
  }

  @Test
  void theBigNodeIsNotWastedOnWorkThatASmallOneCanDo() {
    given(node("big").can("chunk", 99).has(BIG).registers())
        .and(node("small").can("chunk", 1).has(SMALL).registers())
        .and(job("a").of(work("chunk").takes(ONE_CORE)))
        .when(ask("big", "small"))
        .thenMatched("a.0 to small");
  }

  @Test
  void amongEquallyBigNodesTheFasterOneIsPreferred() {
    given(node("slow").can("chunk", 10).registers(), node("fast").can("chunk", 20).registers())
        .and(job("a").of(work("chunk")))
        .when(ask("slow", "fast"))
        .thenMatched("a.0 to fast");
  }

  @Test
  void severalNodesThatAskAtOnceEachGetTheirPart() {
    given(node("n1").can("chunk").registers(), node("n2").can("embed").registers())
        .and(job("a").of(work("embed"), work("chunk"), work("embed")))
        .when(ask("n1", "n2"))
        .thenMatched("a.0 to n2", "a.1 to n1");
  }

  @Test
  void slotsAreNeverOverbooked() {
    Scenario queue = given(node("n1").can("chunk").has(SMALL).registers());
    queue.and(job("a").of(9, work("chunk").takes(new Resources(1, 3_000, 0))));

    queue.when(lease(9)).thenLeased("a.0");
    queue.when(lease(9)).thenLeased();
    queue.and(complete(held("a.0.1"))).when(lease(9)).thenLeased("a.1");
  }

  @Test
  void workThatTakesSlotsIsGivenOnlyToNodesThatNameEnoughOfThem() {
    given(
            node("silent").can("chunk").registers(),
            node("small").can("chunk").has(SMALL).registers())
        .and(job("a").of(work("chunk").takes(new Resources(4, 0, 0))))
        .and(node("big").can("chunk").has(BIG).registers())
        .when(ask("silent", "small"))
        .thenLeased()
        .when(ask("silent", "small", "big"))
        .thenMatched("a.0 to big");
  }

  @Test
  void aNodeGetsOnlyWorkOfSubmittersThatItAccepts() {
    given(node("n1").can("chunk").onlyFor("bob", "carl").registers())
        .and(job("a").by("ann").of(2, work("chunk")), job("b").by("bob").of(2, work("chunk")))
        .when(lease(9))
        .thenLeased("b.0", "b.1")
        .and(node("n1").can("chunk").registers())
        .when(lease(9))
        .thenLeased("a.0", "a.1");
  }

  @Test
  void ofSeveralNodesTheOneThatAcceptsTheSubmitterGetsTheTask() {
    given(node("bobs").can("chunk", 99).onlyFor("bob").registers())
        .and(node("any").can("chunk", 1).registers(), job("a").by("ann").of(work("chunk")))
        .when(ask("bobs", "any"))
        .thenMatched("a.0 to any");
  }

  @Test
  void aTaskThatNobodyWhoAsksCanDoDoesNotHoldUpOthers() {
    given(node("n1").can("chunk").registers(), job("a").of(work("embed"), work("chunk")))
        .when(lease(9))
        .thenLeased("a.1");
  }

  @Test
  void whatANodeCanDoCountsFromWhenItSaysSo() {
    given(node("n1").can("chunk").registers(), job("a").of(2, work("embed")))
        .when(lease(1))
        .thenLeased()
        .and(node("n1").can("embed").registers())
        .when(lease(1))
        .thenLeased("a.0")
        .and(node("n1").can("chunk").registers())
        .when(lease(1))
        .thenLeased();
  }

  @Test
  void whetherANodeCanDoATaskIsWorkedOutWhenEitherChangesAndNotWithEachLease() {
    Scenario queue = given(node("n1").can("chunk").registers(), job("a").of(200, work("chunk")));
    Node node = queue.state().node(new NodeId("n1")).orElseThrow();
    assertThat(node.considered).isEqualTo(1);

    for (int i = 0; i < 100; i++) {
      queue.when(lease(1)).thenLeased("a." + i).andDone();
    }

    assertThat(node.considered).isEqualTo(1);
    queue.and(job("b").of(work("embed")), node("n1").can("embed").registers());
    assertThat(node.considered).isEqualTo(1 + 1 + 2);
  }

  @Test
  void aTaskThatIsPinnedToANodeGoesToNoOther() {
    given(node("n1").can("chunk", 99).registers(), node("n2").can("chunk", 1).registers())
        .and(job("a").of(work("chunk").onlyOn("n2"), work("chunk")))
        .when(ask("n1"))
        .thenMatched("a.1 to n1")
        .when(ask("n1"))
        .thenLeased()
        .when(ask("n1", "n2"))
        .thenMatched("a.0 to n2");
  }

  @Test
  void aPinnedTaskWaitsForItsNodeHoweverLong() {
    given(node("n1").can("chunk").registers(), job("a").of(work("chunk").onlyOn("n2")))
        .when(ask("n1"))
        .thenLeased()
        .and(node("n2").can("chunk").registers())
        .when(ask("n1", "n2"))
        .thenMatched("a.0 to n2");
  }

  @Test
  void evenItsOwnNodeMustBeAbleToDoAPinnedTask() {
    given(node("n1").can("embed").registers(), job("a").of(work("chunk").onlyOn("n1")))
        .when(ask("n1"))
        .thenLeased()
        .and(node("n1").can("chunk").registers())
        .when(ask("n1"))
        .thenMatched("a.0 to n1");
  }

  @Test
  void aPinnedTaskThatFailedGoesBackToItsNode() {
    given(node("n2").can("chunk").registers(), node("n1").can("chunk").registers())
        .and(job("a").of(work("chunk").onlyOn("n2")), ask("n2"), fail(held("a.0.1")))
        .after(Duration.ofMinutes(2))
        .when(ask("n1"))
        .thenLeased()
        .when(ask("n2"))
        .thenMatched("a.0 to n2");
  }

  @Test
  void oneUnknownNodeAmongThoseThatAskIsNamedAndNobodyGetsAnything() {
    given(node("n1").can("chunk").registers(), job("a").of(work("chunk")))
        .when(ask("n1", "n9"))
        .thenRejected(
            "Expected node 'n9' to be registered, but it is not; register it and ask again");
  }

  /// Each takes one task.
  private static LeaseTasks ask(String... nodes) {
    return new LeaseTasks(Stream.of(nodes).map(id -> new Ask(new NodeId(id), 1)).toList());
  }
}
