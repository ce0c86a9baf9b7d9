package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// All callers reach the broker over a road that delays, trickles and resets, and now and then the
/// broker is killed as well. Every caller keeps the book of what it was promised.
///
/// `-Dbadroad.rounds=200` for the long form (5 otherwise), `-Dmycoswarm.seed=N` to repeat one.
@Timeout(7200)
class BadRoadIT {
  private static final int ROUNDS = Integer.getInteger("badroad.rounds", 5);

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path folder;
  private UnderLoad load;
  private Swarm swarm;
  private Program broker;
  private SlowRoad road;

  @BeforeEach
  void startBroker() {
    load = new UnderLoad(folder);
    swarm = load.swarm();
    broker = swarm.broker();
    road = new SlowRoad(swarm.port(), random);
  }

  @AfterEach
  void stopAll() {
    load.close();
    road.close();
  }

  @Test
  void whatGetsLostOnTheWayIsAskedForAgainAndDoneOnce() {
    System.out.printf("BadRoadIT: -Dbadroad.rounds=%d -Dmycoswarm.seed=%d%n", ROUNDS, seed);
    Program agent = swarm.node("agent", "--broker", road.url());
    Submitter embedding = load.embedding();
    load.hands(List.of(), Map.of(), road.url(), "nodes", 0, 4, seed);
    Program submitters = load.hands(List.of(), Map.of(), road.url(), "clients", 4, 0, seed + 10);

    for (int round = 1; round <= ROUNDS; round++) {
      load.awaitProgress();
      if (round % 5 == 0) {
        broker.kill();
        broker = swarm.broker("--port", Integer.toString(swarm.port()));
      }
      load.check();
    }
    Await.until(
        Swarm.SOON, "the road has reset more than a call a round", () -> road.resets() > ROUNDS);
    submitters.kill();
    embedding.stop();
    road.clear();
    load.settle();

    System.out.printf("BadRoadIT: %d resets: %s%n", road.resets(), load.figures());
    assertThat(agent.alive()).isTrue();
  }
}
