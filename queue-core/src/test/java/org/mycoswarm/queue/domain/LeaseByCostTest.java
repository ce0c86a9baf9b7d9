package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.LeaseTasks;
import org.mycoswarm.queue.domain.Command.RegisterNode;

class LeaseByCostTest {
  private static final RegisterNode NODE = node("n1").can("embed").registers();

  @Test
  void aNodeGetsTasksUntilTheirCostsComeToWhatItAskedFor() {
    given(NODE, job("a").of(9, work("embed").cost(300)))
        .when(upTo(1_000))
        .thenLeased("a.0", "a.1", "a.2");
  }

  @Test
  void costsThatComeToExactlyWhatWasAskedForAreGiven() {
    given(NODE, job("a").of(9, work("embed").cost(500))).when(upTo(1_000)).thenLeased("a.0", "a.1");
  }

  @Test
  void aTaskThatCostsMoreIsGivenAloneOrItWouldNeverRun() {
    given(NODE, job("a").of(work("embed").cost(5_000), work("embed")))
        .when(upTo(1_000))
        .thenLeased("a.0");
  }

  @Test
  void aCheapTaskDoesNotOvertakeTheDearOneBeforeIt() {
    given(NODE, job("a").of(work("embed").cost(600), work("embed").cost(900), work("embed")))
        .when(upTo(1_000))
        .thenLeased("a.0")
        .when(upTo(1_000))
        .thenLeased("a.1", "a.2");
  }

  @Test
  void theNumberOfTasksIsAskedForAsWell() {
    given(NODE, job("a").of(9, work("embed").cost(300)))
        .when(new LeaseTasks(List.of(new Ask(new NodeId("n1"), 2, 1_000))))
        .thenLeased("a.0", "a.1");
  }

  @Test
  void eachNodeThatAsksHasItsOwnCost() {
    given(NODE, node("n2").can("embed").registers(), job("a").of(9, work("embed").cost(300)))
        .when(
            new LeaseTasks(
                List.of(new Ask(new NodeId("n1"), 9, 600), new Ask(new NodeId("n2"), 9, 300))))
        .thenMatched("a.0 to n1", "a.1 to n1", "a.2 to n2");
  }

  @Test
  void aCostBelowOneIsRefused() {
    assertThatThrownBy(() -> work("embed").cost(0).spec())
        .hasMessage("Expected a cost of 1 to 1,000,000,000,000, but it is 0");
  }

  private static LeaseTasks upTo(long cost) {
    return new LeaseTasks(List.of(new Ask(new NodeId("n1"), 100, cost)));
  }
}
