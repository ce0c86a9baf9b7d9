package org.mycoswarm.queue.simulation;

import static org.mycoswarm.queue.simulation.Violation.Promise.A_SNAPSHOT_AND_THE_TAIL_GIVE_THE_LIVE_STATE;
import static org.mycoswarm.queue.simulation.Violation.Promise.NO_NODE_WAITS_WHILE_THERE_IS_WORK;
import static org.mycoswarm.queue.simulation.Violation.Promise.REPLAY_GIVES_THE_LIVE_STATE;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogFailure;

/// One process of the broker: takes its turns, ticks, freezes, and is killed at any step.
final class BrokerProcess {
  private static final int TICK_MILLIS = 50;
  private static final int CHECKED_EVERY = 10;

  /// Shorter pauses count against leases, or need not be forgiven at once.
  private static final int UNNOTICED_MILLIS = 2_000;

  /// Longer pauses may be forgiven.
  private static final int NOTICED_MILLIS = 1_000;

  /// Somebody who waits for an answer.
  private static final class Call {
    final CompletableFuture<Answer> answer;
    final SimBroker.Caller caller;
    final @Nullable Ask ask;

    /// Whether the writer knows of it.
    boolean seen;

    Call(CompletableFuture<Answer> answer, SimBroker.Caller caller, @Nullable Ask ask) {
      this.answer = answer;
      this.caller = caller;
      this.ask = ask;
    }
  }

  private final World world;
  private final SimBroker machine;
  private final Choices.Stream choices;
  private final Core core;
  private final List<Call> calls = new ArrayList<>();
  private final Deque<Runnable> asleep = new ArrayDeque<>();
  private long heardSince;
  private long ticked;
  private int checked;
  private int checks;
  private boolean alive = true;
  private boolean serving;
  private boolean frozen;
  private boolean expiring;
  private boolean turning;
  private boolean turnPlanned;

  BrokerProcess(World world, SimBroker machine, Bug bug, boolean fromSnapshot) {
    this.world = world;
    this.machine = machine;
    this.choices = machine.choices;
    heardSince = world.agenda.now();
    ticked = heardSince;
    checked = world.disk.synced();
    EventLog log = bug.log(new SimLog(world.disk, this::step), world);
    RealCore.Parts parts =
        new RealCore.Parts(
            log,
            bug.codec(world.codec),
            machine.snapshots,
            bug.limits(world.limits),
            world.mailbox);
    core = bug.core(new RealCore(parts, fromSnapshot, machine::clock, world.ledger::readOn), world);
  }

  void start(int number) {
    submit(Orders.start(number), _ -> serve());
  }

  Core core() {
    return core;
  }

  boolean isServing() {
    return serving && !frozen;
  }

  void submit(Command command, SimBroker.Caller caller) {
    calls.add(new Call(core.submit(command), caller, null));
    planTurn();
  }

  void lease(Ask ask, Duration wait, SimBroker.Caller caller) {
    calls.add(new Call(core.lease(ask, wait), caller, ask));
    planTurn();
  }

  /// A message from the network.
  void receive(Runnable message) {
    if (serving) {
      whenAwake(message);
    }
  }

  void expectOneState() {
    expectReplayGivesTheSame();
    expectSnapshotGivesTheSame();
  }

  private void expectReplayGivesTheSame() {
    expectNone(REPLAY_GIVES_THE_LIVE_STATE, core.differenceFromReplay());
  }

  private void expectSnapshotGivesTheSame() {
    expectNone(A_SNAPSHOT_AND_THE_TAIL_GIVE_THE_LIVE_STATE, core.differenceFromSnapshot());
  }

  private void expectNone(Violation.Promise promise, String difference) {
    if (!difference.isEmpty()) {
      throw new Violation(
          promise, "after %d entries: %s".formatted(world.disk.synced(), difference));
    }
  }

  /// Runs it now, or when the process wakes up.
  private void whenAwake(Runnable action) {
    if (!alive) {
      return;
    }
    if (frozen) {
      asleep.add(action);
    } else {
      action.run();
    }
  }

  private void serve() {
    serving = true;
    world.agenda.in(TICK_MILLIS, () -> whenAwake(this::tick));
  }

  private void planTurn() {
    if (!turnPlanned) {
      turnPlanned = true;
      world.agenda.in(choices.next(6), () -> whenAwake(this::turn));
    }
  }

  private void turn() {
    turnPlanned = false;
    if (turning) {
      return;
    }
    turning = true;
    long since = world.agenda.now();
    List<Call> before = List.copyOf(calls);
    try {
      if (core.turn() < world.mailbox.batchMax()) {
        before.forEach(call -> call.seen = true);
      }
    } catch (ProcessKilled e) {
      world.say(() -> "broker is killed");
    } catch (LogFailure e) {
      world.say(() -> "broker ends: " + e.getMessage());
      end(true);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Nobody interrupts a simulation", e);
    } finally {
      turning = false;
      if (world.agenda.now() - since > UNNOTICED_MILLIS) {
        heardSince = world.agenda.now();
      }
    }
    answer();
    if (alive) {
      expectNobodyWaitsForNothing();
      check();
    }
  }

  /// What was answered has left, even if the process ended in the same turn.
  private void answer() {
    List<Call> done = calls.stream().filter(call -> call.answer.isDone()).toList();
    calls.removeAll(done);
    for (Call call : done) {
      if (call.answer.isCompletedExceptionally()) {
        call.caller.failed();
      } else {
        world.ledger.answered(call.answer.join());
        call.caller.answered(call.answer.join());
        if (alive && world.faults.brokerIsKilled(choices)) {
          world.say(() -> "broker is killed after an answer");
          end(world.faults.powerGoes(choices));
          return;
        }
      }
    }
    if (alive && calls.stream().anyMatch(call -> !call.seen)) {
      planTurn();
    }
  }

  private void expectNobodyWaitsForNothing() {
    for (Call call : calls) {
      Ask ask = call.ask;
      if (ask != null && call.seen && core.wouldLease(ask)) {
        throw new Violation(
            NO_NODE_WAITS_WHILE_THERE_IS_WORK,
            "%s waits, and would get something if it asked now".formatted(ask));
      }
    }
  }

  private void check() {
    // Less often in a longer log: a replay takes its time.
    if (world.disk.synced() >= checked + CHECKED_EVERY + checked / 8) {
      checked = world.disk.synced();
      if (++checks % 2 == 0) {
        expectReplayGivesTheSame();
      } else {
        expectSnapshotGivesTheSame();
        core.takeSnapshot(CHECKED_EVERY);
      }
    }
  }

  private void tick() {
    long passed = world.agenda.now() - ticked;
    ticked = world.agenda.now();
    if (passed > NOTICED_MILLIS) {
      world.ledger.history().mayRunLonger(passed, ticked);
    }
    if (!turning) {
      world.ledger.history().expectNoneForgotten(world.agenda.now(), heardSince);
    }
    List<LeaseId> due = core.tick();
    if (!due.isEmpty() && !expiring) {
      expire(due);
    }
    if (world.faults.clockJumps(choices)) {
      machine.jump();
    }
    if (world.faults.brokerFreezes(choices)) {
      freeze();
    }
    // The writer's thread comes round even when nobody asks.
    planTurn();
    world.agenda.in(TICK_MILLIS, () -> whenAwake(this::tick));
  }

  private void expire(List<LeaseId> due) {
    expiring = true;
    submit(
        Orders.expire(due),
        new SimBroker.Caller() {
          @Override
          public void answered(Answer answer) {
            core.expired(due);
            expiring = false;
          }

          @Override
          public void failed() {
            expiring = false;
          }
        });
  }

  private void freeze() {
    frozen = true;
    world.say(() -> "broker freezes");
    long since = world.agenda.now();
    world.agenda.in(choices.between(100, 20_000), () -> wake(since));
  }

  private void wake(long since) {
    if (!alive) {
      return;
    }
    world.say(() -> "broker wakes");
    frozen = false;
    heardSince = world.agenda.now();
    if (heardSince - since > UNNOTICED_MILLIS) {
      world.ledger.history().pause(heardSince - since, heardSince);
    }
    while (!frozen && !asleep.isEmpty()) {
      asleep.remove().run();
    }
  }

  /// At every step of the log.
  private void step(SimLog.Step step) {
    if (alive && step == SimLog.Step.BEFORE_SYNC) {
      world.agenda.pass(world.faults.syncMillis(choices));
    }
    if (alive && world.faults.brokerIsKilled(choices)) {
      if (step == SimLog.Step.AFTER_APPEND && choices.happens(400)) {
        world.disk.tearLast();
      }
      end(world.faults.powerGoes(choices));
    }
    if (!alive) {
      throw new ProcessKilled();
    }
    if (step != SimLog.Step.AFTER_SYNC && world.faults.diskFails(choices)) {
      throw new LogFailure("this step was told to fail: " + step);
    }
  }

  private void end(boolean powerGoes) {
    if (alive) {
      alive = false;
      machine.ended(powerGoes);
    }
  }
}
