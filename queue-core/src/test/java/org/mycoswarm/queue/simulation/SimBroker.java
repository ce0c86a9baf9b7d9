package org.mycoswarm.queue.simulation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Ask;
import org.mycoswarm.queue.domain.Command;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.LeaseDeadlines;

/// The machine that the broker runs on: its disk, its snapshots and its wall clock outlive the
/// process, which is started again a while after it was killed.
final class SimBroker {
  /// Whoever waits for an answer of the broker.
  interface Caller {
    void answered(Answer answer);

    /// Nobody knows whether it happened.
    default void failed() {}
  }

  final Choices.Stream choices;
  final SimSnapshots snapshots;
  private final World world;
  private final Bug bug;
  private @Nullable BrokerProcess process;
  private int processes;
  private long wallSkew;

  SimBroker(World world, Bug bug) {
    this.world = world;
    this.bug = bug;
    this.choices = world.choices.of("broker");
    this.snapshots = new SimSnapshots(world, bug);
  }

  boolean isServing() {
    return process != null && process.isServing();
  }

  /// A command from the network; while the broker is away nothing comes of it.
  void ask(Command command, Caller caller) {
    receive(now -> now.submit(command, caller));
  }

  /// A node asks for work.
  void lease(Ask ask, Duration wait, Caller caller) {
    receive(now -> now.lease(ask, wait, caller));
  }

  void renew(NodeId node, List<LeaseId> leases, Consumer<LeaseDeadlines.Renewal> caller) {
    receive(
        now -> {
          LeaseDeadlines.Renewal renewal = now.core().renew(node, leases);
          world.ledger.renewed(renewal);
          caller.accept(renewal);
        });
  }

  /// Lets a follower inside the process read.
  void follow(Consumer<Core> follower) {
    BrokerProcess now = process;
    if (now != null && now.isServing()) {
      follower.accept(now.core());
    }
  }

  /// By the clock of the broker, or of its machine while there is none.
  Instant now() {
    return process == null ? wall() : process.core().now();
  }

  void boot() {
    world.disk.recover(torn -> bug.mended(torn, world.codec));
    world.ledger.reopened();
    world.follower.reopened();
    boolean fromSnapshot = choices.next(2) == 1;
    world.say(
        () ->
            "broker starts on %d entries%s"
                .formatted(world.disk.synced(), fromSnapshot ? " from a snapshot" : ""));
    process = new BrokerProcess(world, this, bug, fromSnapshot);
    process.start(++processes);
  }

  /// The process has ended, and perhaps its machine with it.
  void ended(boolean powerGoes) {
    process = null;
    if (powerGoes) {
      world.disk.cutPower(choices);
    }
    world.agenda.in(choices.between(50, 4_000), this::boot);
  }

  void jump() {
    wallSkew += choices.between(-3_600_000, 3_600_000);
  }

  /// The wall clock at the start, or the newest entry when that is later; from there on evenly, as
  /// the engine's `SteadyClock`.
  Clock clock(Instant newest) {
    Instant start = wall().isBefore(newest) ? newest : wall();
    long from = world.agenda.now();
    return bug.clock(
        new PacedClock(() -> start.plusMillis(world.agenda.now() - from)),
        new PacedClock(this::wall));
  }

  /// Compares the state with every other way to it.
  void expectOneState() {
    if (process != null) {
      process.expectOneState();
    }
  }

  private void receive(Consumer<BrokerProcess> message) {
    BrokerProcess now = process;
    if (now != null) {
      now.receive(() -> message.accept(now));
    }
  }

  private Instant wall() {
    return World.EPOCH.plusMillis(world.agenda.now() + wallSkew);
  }
}
