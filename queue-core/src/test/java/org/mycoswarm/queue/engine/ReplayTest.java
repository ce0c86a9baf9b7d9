package org.mycoswarm.queue.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.queue.domain.Scenario.JOB;
import static org.mycoswarm.queue.domain.Scenario.NODE;
import static org.mycoswarm.queue.domain.Scenario.lease;
import static org.mycoswarm.queue.domain.Scenario.register;
import static org.mycoswarm.queue.domain.Scenario.result;
import static org.mycoswarm.queue.domain.Scenario.submit;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.mycoswarm.queue.domain.CommandId;
import org.mycoswarm.queue.domain.Event;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.memory.InMemoryEventLog;

class ReplayTest {
  private final SimClock clock = new SimClock();
  private final InMemoryEventLog log = InMemoryEventLog.create();

  @Test
  void anEmptyLogIsAnEmptyQueue() {
    Replay.Replayed replayed = Replay.upTo(log.durable(), log, Engine.CODEC, Limits.DEFAULT);

    assertThat(replayed.position()).isEqualTo(LogPosition.START);
    assertThat(replayed.state().openTasks()).isZero();
  }

  @Test
  void anEventThatCannotFollowIsNamedByItsPosition() throws InterruptedException {
    new Engine(log, clock).ask(submit());
    log.append(
        Engine.CODEC.encode(
            clock.instant(),
            new CommandId("test"),
            List.of(new Event.TaskSucceeded(lease(0, 1), result()))));
    log.sync();

    assertThatThrownBy(() -> Replay.upTo(log.durable(), log, Engine.CODEC, Limits.DEFAULT))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Expected entry 2 of the log to follow those before it, but it does not: Expected lease"
                + " '%s.0.1' to be held, but found null".formatted(JOB));
  }

  @Test
  void anEntryThatIsNotThereIsNamed() {
    log.append("{}".getBytes(UTF_8));

    assertThatThrownBy(() -> Replay.upTo(new LogPosition(1), log, Engine.CODEC, Limits.DEFAULT))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Expected entry 1 of the log to be readable, but found none; replay stopped there");
  }

  @Test
  void manyEntriesAreAppliedInOrderAndTheOneThatCannotFollowIsNamed() throws InterruptedException {
    new Engine(log, clock).ask(register(NODE, "embed"));
    for (int i = 1; i < 5_000; i++) {
      append(new Event.NodeModeChanged(NODE, i % 2 == 0 ? NodeMode.ACTIVE : NodeMode.PAUSED));
    }
    LogPosition whole = log.durable();
    append(new Event.JobPaused(JOB));

    Replay.Replayed replayed = Replay.upTo(whole, log, Engine.CODEC, Limits.DEFAULT);

    assertThat(replayed.position()).isEqualTo(new LogPosition(5_000));
    assertThat(replayed.state().node(NODE).orElseThrow().mode()).isEqualTo(NodeMode.PAUSED);
    assertThatThrownBy(() -> Replay.upTo(log.durable(), log, Engine.CODEC, Limits.DEFAULT))
        .isInstanceOf(LogDamaged.class)
        .hasMessageStartingWith("Expected entry 5001 of the log to follow those before it");
  }

  @Test
  void aMissingEntryIsNamedHoweverManyThereAre() throws InterruptedException {
    new Engine(log, clock).ask(register(NODE, "embed"));
    for (int i = 1; i < 2_000; i++) {
      append(new Event.NodeModeChanged(NODE, NodeMode.PAUSED));
    }

    assertThatThrownBy(() -> Replay.upTo(new LogPosition(2_001), log, Engine.CODEC, Limits.DEFAULT))
        .isInstanceOf(LogDamaged.class)
        .hasMessage(
            "Expected entry 2001 of the log to be readable, but found none; replay stopped there");
  }

  private void append(Event event) {
    log.append(Engine.CODEC.encode(clock.instant(), new CommandId("test"), List.of(event)));
    log.sync();
  }
}
