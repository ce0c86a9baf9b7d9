package org.mycoswarm.queue.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.tasks;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

/// Two leases of 30 s, and a watch that ticks when it is told to.
class LeaseWatchTest {
  private final SimClock clock = new SimClock();
  private final Engine engine = new Engine(InMemoryEventLog.create(), clock);
  private final LeaseWatch watch = new LeaseWatch(clock, engine.deadlines);

  @BeforeEach
  void twoTasksAreLeased() throws InterruptedException {
    engine.ask(register(NODE, "chunk"));
    engine.ask(submit(tasks("chunk", 2)));
    engine.ask(lease(2));
  }

  @Test
  void aLeaseIsDueAtTheTickAfterItsTimeIsOver() {
    tickFor(29_950);
    assertThat(watch.due()).isEmpty();

    tickFor(50);

    assertThat(watch.due()).containsExactlyInAnyOrder(lease(0, 1), lease(1, 1));
  }

  @Test
  void aPauseBetweenTwoTicksCountsAgainstNoLease() {
    tickFor(29_950);
    clock.advance(Duration.ofMinutes(5));

    assertThat(watch.tick()).isEqualTo(Duration.ofMinutes(5));

    assertThat(watch.due()).isEmpty();
    tickFor(50);
    assertThat(watch.due()).hasSize(2);
  }

  @Test
  void aTickThatComesALittleLateIsNoPause() {
    tickFor(29_500);
    clock.advance(Duration.ofSeconds(1));

    assertThat(watch.tick()).isZero();

    assertThat(watch.due()).hasSize(2);
  }

  @Test
  void whatIsDueStaysSoUntilItHasExpired() {
    tickFor(30_000);
    tickFor(50);
    assertThat(watch.due()).hasSize(2);

    watch.expired(List.of(lease(1, 1)));

    assertThat(watch.due()).containsExactly(lease(0, 1));
  }

  private void tickFor(int millis) {
    for (int i = 0; i < millis / 50; i++) {
      clock.advance(LeaseWatch.TICK);
      assertThat(watch.tick()).isZero();
    }
  }
}
