package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The broker and the nodes are killed again and again, at random moments, while others submit and
/// work; every caller keeps the book of what it was promised. After each round the log is held to
/// the books; at the end every job has ended, and nobody has repaired anything by hand.
///
/// `-Dcrash.rounds=1000` for the long form (50 otherwise), `-Dmycoswarm.seed=N` to repeat one.
class CrashIT {
  private static final int ROUNDS = Integer.getInteger("crash.rounds", 50);

  /// What a round does.
  private enum Blow {
    BROKER(66),
    BROKER_WHILE_IT_STARTS(10),
    LIGHT_NODES(12),
    NODE(8),
    SECOND_BROKER(4);

    /// Rounds of a hundred.
    private final int share;

    Blow(int share) {
      this.share = share;
    }
  }

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path folder;
  private UnderLoad load;
  private Swarm swarm;
  private Program broker;
  private Program agent;
  private Program submitters;
  private final List<Program> lightNodes = new ArrayList<>();

  @BeforeEach
  void startAll() {
    load = new UnderLoad(folder);
    swarm = load.swarm();
    broker = swarm.broker();
    agent = swarm.node("agent");
    lightNodes.add(load.hands("left", 0, 2, seed));
    lightNodes.add(load.hands("right", 0, 2, seed + 10));
    submitters = load.hands("clients", 3, 0, seed + 20);
  }

  @AfterEach
  void stopAll() {
    load.close();
  }

  @Test
  @Timeout(value = 6, unit = TimeUnit.HOURS)
  void nothingPromisedIsLostAndNothingIsDoneTwice() {
    System.out.printf("CrashIT: -Dcrash.rounds=%d -Dmycoswarm.seed=%d%n", ROUNDS, seed);
    long start = System.nanoTime();
    Submitter embedding = load.embedding();

    List<Blow> blows = blows();
    for (int round = 1; round <= blows.size(); round++) {
      load.awaitProgress();
      UnderLoad.awaitRandomMoment(random, 300);
      strike(blows.get(round - 1));
      load.check();
      System.out.printf(
          "CrashIT: %4d s, round %d, %s: %s%n",
          secondsSince(start), round, blows.get(round - 1), load.figures());
    }
    load.awaitProgress();
    submitters.kill();
    embedding.stop();
    load.settle();

    assertThat(load.ledger().refused()).as("reports that came too late").isPositive();
    System.out.printf(
        "CrashIT: %d s, %d rounds, nothing lost, nothing done twice: %s%n",
        secondsSince(start), ROUNDS, load.figures());
  }

  private static long secondsSince(long startNanos) {
    return Duration.ofNanos(System.nanoTime() - startNanos).toSeconds();
  }

  /// In random order, each kind at least once.
  private List<Blow> blows() {
    List<Blow> blows = new ArrayList<>();
    for (Blow blow : Blow.values()) {
      blows.addAll(Collections.nCopies(Math.max(1, ROUNDS * blow.share / 100), blow));
    }
    while (blows.size() < ROUNDS) {
      blows.add(Blow.BROKER);
    }
    Collections.shuffle(blows, random);
    return blows;
  }

  private void strike(Blow blow) {
    switch (blow) {
      case BROKER -> restart();
      case BROKER_WHILE_IT_STARTS -> {
        broker.kill();
        broker = swarm.brokerStarting(options());
        UnderLoad.awaitRandomMoment(random, 2_000);
        restart();
      }
      case LIGHT_NODES -> {
        int side = random.nextInt(2);
        lightNodes.get(side).kill();
        lightNodes.set(side, load.hands(side == 0 ? "left" : "right", 0, 2, random.nextLong()));
      }
      case NODE -> {
        agent.kill();
        agent = swarm.node("agent");
      }
      case SECOND_BROKER -> {
        Program second = swarm.brokerStarting("--port", "0");
        assertThat(second.awaitEnd()).as(second.log()).isEqualTo(1);
        assertThat(second.log()).contains("Expected to be the only broker with the home '");
        assertThat(broker.alive()).isTrue();
      }
    }
  }

  private void restart() {
    broker.kill();
    broker = swarm.broker(options());
  }

  private String[] options() {
    return new String[] {"--port", Integer.toString(swarm.port())};
  }
}
