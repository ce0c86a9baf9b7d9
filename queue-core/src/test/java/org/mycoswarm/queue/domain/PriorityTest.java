package org.mycoswarm.queue.domain;

import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import org.junit.jupiter.api.Test;
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

  private static Scenario lowAndHighOf(String kind) {
    return given(NODE)
        .and(job("low").priority(2).of(9, work("chunk")))
        .and(job("high").priority(7).of(99, work(kind)));
  }
}
