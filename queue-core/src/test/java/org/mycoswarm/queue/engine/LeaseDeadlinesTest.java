package org.mycoswarm.queue.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.mycoswarm.queue.domain.Scenario.JOB;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.OTHER;
import static org.mycoswarm.queue.domain.Scenario.complete;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.submit;
import static org.mycoswarm.queue.domain.Scenario.tasks;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

class LeaseDeadlinesTest {
  private final SimClock clock = new SimClock();
  private final InMemoryEventLog log = InMemoryEventLog.create();
  private final Engine engine = new Engine(log, clock);

  @BeforeEach
  void twoTasksAreLeased() throws InterruptedException {
    engine.ask(register(NODE, "chunk"));
    engine.ask(submit(tasks("chunk", 2)));
    engine.ask(lease(2));
  }

  @Test
  void aLeaseIsDueWhenItsTimeIsOverAndNotBefore() {
    clock.advance(Duration.ofMillis(29_999));
    assertThat(takeDue()).isEmpty();

    clock.advance(Duration.ofMillis(1));

    assertThat(takeDue()).containsExactlyInAnyOrder(lease(0, 1), lease(1, 1));
    assertThat(takeDue()).isEmpty();
  }

  @Test
  void whileTheBrokerWasAwayNoLeaseRanOut() {
    clock.advance(Duration.ofSeconds(40));

    engine.deadlines.away(Duration.ofSeconds(13), clock.instant());

    assertThat(takeDue()).isEmpty();
    clock.advance(Duration.ofSeconds(3));
    assertThat(takeDue()).hasSize(2);
  }

  @Test
  void whatWasRenewedAfterTheBrokerCameBackRunsOnForItsFullTimeAndNotLonger() {
    clock.advance(Duration.ofSeconds(40));
    engine.deadlines.renew(NODE, List.of(lease(0, 1)));

    engine.deadlines.away(Duration.ofSeconds(40), clock.instant());

    clock.advance(Duration.ofMillis(29_999));
    assertThat(takeDue()).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(takeDue()).hasSize(2);
  }

  @Test
  void aLeaseOfWhichAThirdIsLeftIsEndangeredUntilItIsRenewed() {
    clock.advance(Duration.ofSeconds(19));
    assertThat(engine.deadlines.endangered()).isEmpty();

    clock.advance(Duration.ofSeconds(2));

    assertThat(engine.deadlines.endangered())
        .containsOnly(entry(lease(0, 1), NODE), entry(lease(1, 1), NODE));
    engine.deadlines.renew(NODE, List.of(lease(0, 1)));
    assertThat(engine.deadlines.endangered()).containsOnlyKeys(lease(1, 1));
  }

  @Test
  void aRenewedLeaseRunsOnForItsFullTime() {
    clock.advance(Duration.ofSeconds(20));
    assertThat(engine.deadlines.renew(NODE, List.of(lease(0, 1))).renewed())
        .containsExactly(lease(0, 1));

    clock.advance(Duration.ofSeconds(20));

    assertThat(takeDue()).containsExactly(lease(1, 1));
  }

  @Test
  void aLeaseThatWasTakenAsDueIsLostForItsNode() {
    clock.advance(Duration.ofSeconds(30));
    assertThat(takeDue()).hasSize(2);

    assertThat(engine.deadlines.renew(NODE, List.of(lease(0, 1))).lost())
        .containsExactly(lease(0, 1));
  }

  @Test
  void aNodeRenewsOnlyItsOwnLeases() {
    assertThat(engine.deadlines.renew(OTHER, List.of(lease(0, 1))).lost())
        .containsExactly(lease(0, 1));
  }

  @Test
  void aLeaseThatEndedIsNeverDue() throws InterruptedException {
    engine.ask(complete(lease(0, 1)));
    engine.ask(new CancelJob(JOB));

    clock.advance(Duration.ofHours(1));

    assertThat(takeDue()).isEmpty();
  }

  @Test
  void afterARestartEveryLeaseGetsOneFullLeaseTime() {
    clock.advance(Duration.ofSeconds(29));

    Engine restarted = new Engine(log.reopen(), clock);

    clock.advance(Duration.ofSeconds(29));
    assertThat(restarted.deadlines.takeDue(clock.instant())).isEmpty();
    clock.advance(Duration.ofSeconds(1));
    assertThat(restarted.deadlines.takeDue(clock.instant())).hasSize(2);
  }

  private List<LeaseId> takeDue() {
    return engine.deadlines.takeDue(clock.instant());
  }
}
