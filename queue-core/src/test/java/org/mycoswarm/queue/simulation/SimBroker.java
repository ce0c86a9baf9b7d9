package org.mycoswarm.queue.simulation;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;
import org.mycoswarm.queue.log.EventLog;
import org.mycoswarm.queue.log.LogFailure;

/// The broker as its machine sees it: a process that is started, takes its turns, freezes, and is
/// killed at any step; the disk and the wall clock outlive it.
final class SimBroker {
  private static final int TICK_MILLIS = 100;
  private static final int UNNOTICED_MILLIS = 2_000;
  private static final boolean STRICT = Boolean.getBoolean("simulation.strict");
  private static final int CHECKED_EVERY = 12;

  /// Whoever waits for an answer of the broker.
  interface Caller {
    void answered(Answer answer);

    /// Nobody knows whether it happened.
    default void failed() {}
  }

  private record Call(CompletableFuture<Answer> answer, Caller caller) {}

  private final World world;
  private final Bug bug;
  private final Choices.Stream choices;
  private @Nullable Incarnation incarnation;
  private int processes;
  private long wallSkew;
  private int turns;

  SimBroker(World world, Bug bug) {
    this.world = world;
    this.bug = bug;
    this.choices = world.choices.of("broker");
  }

  boolean isServing() {
    return incarnation != null && incarnation.serving && !incarnation.frozen;
  }

  /// A command from the network; while the broker is away nothing comes of it.
  void ask(Command command, Caller caller) {
    receive(process -> process.submit(command, caller));
  }

  void renew(NodeId node, List<LeaseId> leases, Consumer<LeaseDeadlines.Renewal> caller) {
    receive(
        process -> {
          LeaseDeadlines.Renewal renewal = process.core.renew(node, leases);
          world.ledger.renewed(renewal);
          caller.accept(renewal);
        });
  }

  /// Lets a follower inside the process read.
  void follow(Consumer<Core> follower) {
    if (isServing()) {
      follower.accept(running().core);
    }
  }

  void boot() {
    world.disk.recover(torn -> bug.mended(torn, world.codec));
    world.say(() -> "broker starts on %d entries".formatted(world.disk.synced()));
    world.ledger.reopened();
    world.follower.reopened();
    incarnation = new Incarnation();
    incarnation.start();
  }

  void expectReplayGivesTheLiveState() {
    Core core = running().core;
    String live = core.liveHash();
    String replayed = core.replayedHash();
    if (!live.equals(replayed)) {
      throw new Violation(
          Violation.Promise.REPLAY_GIVES_THE_LIVE_STATE,
          "after %d entries the live state is %s, and the log replays to %s"
              .formatted(world.disk.synced(), live, replayed));
    }
  }

  private Incarnation running() {
    if (incarnation == null) {
      throw new IllegalStateException("Expected the broker to be up");
    }
    return incarnation;
  }

  private void receive(Consumer<Incarnation> message) {
    Incarnation now = incarnation;
    if (now != null && now.serving) {
      now.whenAwake(() -> message.accept(now));
    }
  }

  private Instant wall() {
    return World.EPOCH.plusMillis(world.agenda.now() + wallSkew);
  }

  /// The wall clock at the start, or the newest entry when that is later; from there on evenly, as
  /// the engine's `SteadyClock`.
  private Clock clock(Instant newest) {
    Instant start = wall().isBefore(newest) ? newest : wall();
    long from = world.agenda.now();
    return bug.clock(
        new PacedClock(() -> start.plusMillis(world.agenda.now() - from)),
        new PacedClock(this::wall));
  }

  private final class Incarnation {
    private final Core core;
    private final List<Call> calls = new ArrayList<>();
    private final Deque<Runnable> asleep = new ArrayDeque<>();
    private final List<LeaseId> due = new ArrayList<>();
    private long heardSince = world.agenda.now();
    private boolean alive = true;
    private boolean serving;
    private boolean frozen;
    private boolean expiring;
    private boolean turning;
    private boolean turnPlanned;

    Incarnation() {
      EventLog log = new SimLog(world.disk, this::step);
      RealCore.Parts parts =
          new RealCore.Parts(
              bug.log(log, world), bug.codec(world.codec), world.limits, world.mailbox);
      core = bug.core(new RealCore(parts, SimBroker.this::clock, world.ledger::readOn), world);
    }

    void start() {
      submit(Orders.start(++processes), _ -> serve());
    }

    void submit(Command command, Caller caller) {
      calls.add(new Call(core.submit(command), caller));
      planTurn();
    }

    /// Runs it now, or when the process wakes up.
    void whenAwake(Runnable action) {
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
      try {
        core.turn();
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
        check();
      }
    }

    /// What was answered has left, even if the process ended in the same turn.
    private void answer() {
      List<Call> done = calls.stream().filter(call -> call.answer().isDone()).toList();
      calls.removeAll(done);
      for (Call call : done) {
        if (call.answer().isCompletedExceptionally()) {
          call.caller().failed();
        } else {
          world.ledger.answered(call.answer().join());
          call.caller().answered(call.answer().join());
          if (alive && world.faults.brokerIsKilled(choices)) {
            world.say(() -> "broker is killed after an answer");
            end(world.faults.powerGoes(choices));
            return;
          }
        }
      }
      if (alive && !calls.isEmpty()) {
        planTurn();
      }
    }

    private void check() {
      if (++turns % CHECKED_EVERY == 0 && !turning) {
        expectReplayGivesTheLiveState();
      }
    }

    private void tick() {
      if (!alive) {
        return;
      }
      if (!turning) {
        world.ledger.history().expectNoneForgotten(world.agenda.now(), heardSince);
      }
      due.addAll(core.takeDue());
      if (!due.isEmpty() && !expiring) {
        expire();
      }
      if (world.faults.clockJumps(choices)) {
        wallSkew += choices.between(-3_600_000, 3_600_000);
      }
      if (world.faults.brokerFreezes(choices)) {
        freeze();
      }
      world.agenda.in(TICK_MILLIS, () -> whenAwake(this::tick));
    }

    private void expire() {
      expiring = true;
      List<LeaseId> these = List.copyOf(due);
      submit(
          Orders.expire(these),
          new Caller() {
            @Override
            public void answered(Answer answer) {
              due.removeAll(these);
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
      if (STRICT && heardSince - since > UNNOTICED_MILLIS) {
        world.ledger.history().pause(heardSince - since);
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
      if (!alive) {
        return;
      }
      alive = false;
      incarnation = null;
      if (powerGoes) {
        world.disk.cutPower(choices);
      }
      world.agenda.in(choices.between(50, 4_000), SimBroker.this::boot);
    }
  }
}
