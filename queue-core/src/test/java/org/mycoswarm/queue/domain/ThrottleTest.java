package org.mycoswarm.queue.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.at;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.given;
import static org.mycoswarm.queue.domain.Scenario.held;
import static org.mycoswarm.queue.domain.Scenario.job;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.node;
import static org.mycoswarm.queue.domain.Scenario.work;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.Command.SetThrottle;
import org.mycoswarm.queue.domain.Event.ThrottleSet;

class ThrottleTest {
  private static final RegisterNode NODE = node("n1").can("chunk").can("embed").registers();

  @Test
  void noMoreOfAKindRunAtATimeThanItsThrottleSays() {
    Scenario queue = given(NODE, throttle("kind:chunk", 2, null), job("a").of(9, work("chunk")));

    queue.when(lease(9)).thenLeased("a.0", "a.1");
    queue.when(lease(9)).thenLeased();
    queue.and(complete(held("a.0.1"))).when(lease(9)).thenLeased("a.2");
  }

  @Test
  void aThrottleThatIsSetLaterKnowsWhatRunsAlready() {
    given(NODE, job("a").of(9, work("chunk")), lease(2), throttle("kind:chunk", 3, null))
        .when(lease(9))
        .thenLeased("a.2");
  }

  @Test
  void aThrottledKindDoesNotHoldUpOthers() {
    given(NODE, throttle("kind:chunk", 1, null))
        .and(job("a").of(work("chunk"), work("chunk"), work("embed")))
        .when(lease(9))
        .thenLeased("a.0", "a.2");
  }

  @Test
  void aKeyIsThrottledAcrossKindsAndJobs() {
    TaskDraft chunk = work("chunk").limitKey("example.org");
    TaskDraft embed = work("embed").limitKey("example.org");

    given(NODE, throttle("key:example.org", 1, null))
        .and(job("a").of(chunk, work("chunk").limitKey("example.net")), job("b").of(embed))
        .when(lease(9))
        .thenLeased("a.0", "a.1")
        .and(complete(held("a.0.1")))
        .when(lease(9))
        .thenLeased("b.0");
  }

  @Test
  void keysThatAreThrottledAreNotLookedThroughUntilTheyAreFree() {
    Scenario queue = given(NODE, throttle("key:k0", 1, null), throttle("key:k1", null, 60));
    queue.and(job("a").of(4, work("chunk").limitKey("k0")));
    queue.and(job("b").of(4, work("chunk").limitKey("k1")), job("c").of(4, work("chunk")));
    assertThat(lookedThrough(queue)).containsExactlyInAnyOrder("k0", "k1", "none");

    queue.when(lease(3)).thenLeased("a.0", "b.0", "c.0");

    assertThat(lookedThrough(queue)).containsExactly("none");
    queue.and(complete(held("a.0.1")));
    assertThat(lookedThrough(queue)).containsExactlyInAnyOrder("k0", "none");
    queue.after(Duration.ofSeconds(1)).when(lease(9)).thenLeased("a.1", "b.1", "c.1", "c.2", "c.3");
    queue.and(throttle("key:k0", 2, null));
    assertThat(lookedThrough(queue)).containsExactly("k0");
    QueueState restored = new QueueState(Limits.DEFAULT);
    restored.restore(queue.state().image().iterator());
    assertThat(lookedThrough(restored)).containsExactly("k0");
    restored.advance(queue.now().plusSeconds(1));
    assertThat(lookedThrough(restored)).containsExactlyInAnyOrder("k0", "k1");
  }

  @Test
  void aKindThatIsThrottledIsNotLookedThrough() {
    Scenario queue = given(NODE, throttle("kind:chunk", 1, null), job("a").of(9, work("chunk")));

    queue.and(lease(1));

    assertThat(lookedThrough(queue)).isEmpty();
  }

  private static List<String> lookedThrough(Scenario queue) {
    return lookedThrough(queue.state());
  }

  /// The limit keys of the lines that a lease of the node would look at.
  private static List<String> lookedThrough(QueueState state) {
    Node node = state.node(new NodeId("n1")).orElseThrow();
    return state.readyLines(node).stream()
        .map(line -> Objects.requireNonNullElse(line.key.limitKey(), "none"))
        .toList();
  }

  @Test
  void tasksWithAKeyPassThroughTheThrottleOfTheirKindToo() {
    given(NODE, throttle("key:k", 5, null), throttle("kind:chunk", 1, null))
        .and(job("a").of(9, work("chunk").limitKey("k")))
        .when(lease(9))
        .thenLeased("a.0");
  }

  @Test
  void sixtyAMinuteStartOneASecond() {
    Scenario queue = given(NODE, throttle("kind:chunk", null, 60), job("a").of(9, work("chunk")));

    queue.when(lease(9)).thenLeased("a.0").andDone();

    assertThat(queue.state().nextDue()).contains(at(1));
    queue.after(Duration.ofMillis(999)).when(lease(9)).thenLeased();
    queue.after(Duration.ofMillis(1)).when(lease(9)).thenLeased("a.1");
  }

  @Test
  void aRateStartsWithABurstOfAsManyAsFitIntoASecondAndGoesOnEvenly() {
    Scenario queue = given(NODE, throttle("kind:chunk", null, 300), job("a").of(99, work("chunk")));

    queue.when(lease(99)).thenLeased("a.0", "a.1", "a.2", "a.3", "a.4");

    queue.after(Duration.ofMillis(200)).when(lease(99)).thenLeased("a.5");
    queue.after(Duration.ofMillis(200)).when(lease(99)).thenLeased("a.6");
    queue.after(Duration.ofHours(1)).when(lease(99));
    assertThat(queue.leased()).hasSize(5);
  }

  @Test
  void aRateIsKeptOverAMinute() {
    Scenario queue = given(NODE, throttle("kind:chunk", null, 90), job("a").of(500, work("chunk")));
    int leased = 0;

    for (int i = 0; i < 600; i++) {
      queue.when(lease(9));
      leased += queue.leased().size();
      queue.andDone().after(Duration.ofMillis(100));
    }

    assertThat(leased).isBetween(88, 91);
  }

  @Test
  void aThrottleThatIsLiftedHoldsNothingBack() {
    Throttle.Scope chunk = Throttle.Scope.parse("kind:chunk");

    given(NODE, throttle("kind:chunk", 1, 1), job("a").of(3, work("chunk")), lease(9))
        .when(new SetThrottle(chunk, Throttle.NONE))
        .then(new ThrottleSet(chunk, Throttle.NONE))
        .when(new SetThrottle(chunk, Throttle.NONE))
        .then()
        .when(lease(9))
        .thenLeased("a.1", "a.2");
  }

  @Test
  void whatIsNoThrottleIsSaid() {
    assertThatThrownBy(() -> throttle("kind:chunk", 0, null))
        .hasMessage("Expected concurrentMax of 1 or more, but it is 0");
    assertThatThrownBy(() -> throttle("kind:chunk", null, 0))
        .hasMessage("Expected perMinuteMax of 1 or more, but it is 0");
    assertThatThrownBy(() -> throttle("chunk", 1, null))
        .hasMessage("Expected a scope of the form 'kind:NAME' or 'key:NAME', but it is 'chunk'");
  }

  private static SetThrottle throttle(
      String scope, @Nullable Integer concurrentMax, @Nullable Integer perMinuteMax) {
    return new SetThrottle(Throttle.Scope.parse(scope), new Throttle(concurrentMax, perMinuteMax));
  }
}
