package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Nodes and the broker stand still for longer than a lease time and then go on as if nothing had
/// been, as a laptop does whose lid was shut. Every caller keeps the book of what it was promised.
///
/// `-Dfrozen.rounds=200` for the long form (3 otherwise), `-Dmycoswarm.seed=N` to repeat one.
class FrozenIT {
  private static final int ROUNDS = Integer.getInteger("frozen.rounds", 3);
  private static final Duration BEYOND_A_LEASE = Duration.ofSeconds(LightNode.LEASE_SECONDS + 1);

  /// Who stands still.
  private enum Still {
    LIGHT_NODES,
    NODE,
    BROKER,
    ALL
  }

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path folder;
  private UnderLoad load;
  private Program broker;
  private Program agent;
  private Program left;
  private Program right;
  private Program submitters;

  @BeforeEach
  void startAll() {
    load = new UnderLoad(folder);
    broker = load.swarm().broker();
    agent = load.swarm().node("agent");
    left = load.hands("left", 0, 2, seed);
    right = load.hands("right", 0, 2, seed + 10);
    submitters = load.hands("clients", 3, 0, seed + 20);
  }

  @AfterEach
  void stopAll() {
    load.close();
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  void whoeverWasFrozenChangesNothingThatWasDecidedMeanwhile() {
    System.out.printf("FrozenIT: -Dfrozen.rounds=%d -Dmycoswarm.seed=%d%n", ROUNDS, seed);
    Submitter embedding = load.embedding();

    for (Still still : rounds()) {
      load.awaitProgress();
      UnderLoad.awaitRandomMoment(random, 300);
      switch (still) {
        case LIGHT_NODES -> freezeUntilALeaseExpires(left);
        case NODE -> freezeUntilALeaseExpires(agent);
        case BROKER -> freezeUnderALeaseThatIsRenewed();
        case ALL -> freeze(List.of(left, right, agent, submitters, broker));
      }
      load.check();
      System.out.printf("FrozenIT: %s: %s%n", still, load.figures());
    }
    load.awaitProgress();
    submitters.kill();
    embedding.stop();
    load.settle();

    assertThat(List.of(broker, agent, left, right)).allMatch(Program::alive);
    assertThat(load.ledger().refused()).as("reports that came too late").isPositive();
  }

  private List<Still> rounds() {
    List<Still> rounds = new ArrayList<>();
    while (rounds.size() < ROUNDS) {
      rounds.addAll(List.of(Still.values()));
    }
    Collections.shuffle(rounds, random);
    return rounds;
  }

  private void freezeUntilALeaseExpires(Program nodes) {
    load.check();
    int before = load.audit().expired();
    nodes.freeze();
    Await.until(
        Swarm.SOON,
        "a lease of '" + nodes.name() + "' expires",
        () -> {
          load.check();
          return load.audit().expired() > before;
        });
    nodes.thaw();
  }

  /// Whoever renews in time is not at fault when the broker hears nothing for longer than a lease.
  private void freezeUnderALeaseThatIsRenewed() {
    ForeignNode steady = ForeignNode.join(load.swarm().api(), "steady", "steadily");
    Map<String, Object> task =
        Map.of("kind", "steadily", "payload", Map.of(), "leaseSeconds", LightNode.LEASE_SECONDS);
    load.swarm().api().post("/api/v1/jobs", Map.of("name", "steady", "tasks", List.of(task)));
    String lease = steady.leaseOne();
    assertThat(steady.renew(lease)).as("renewed before").isTrue();

    freeze(List.of(broker));

    // So long that whatever is due has been looked for since, and less than what a lease had left.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
    assertThat(steady.renew(lease)).as("renewed after").isTrue();
    assertThat(steady.complete(lease).statusCode()).isEqualTo(200);
  }

  /// In random order; nobody can be asked how long it must last.
  private void freeze(List<Program> programs) {
    List<Program> some = new ArrayList<>(programs);
    Collections.shuffle(some, random);
    some.forEach(Program::freeze);
    LockSupport.parkNanos(BEYOND_A_LEASE.toNanos());
    Collections.shuffle(some, random);
    some.forEach(Program::thaw);
  }
}
