package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Brokers in process namespaces of their own, as in containers: each is process number 1, also the
/// one that comes after one that was killed. (Chronicle Queue takes a lock that the dead one left
/// for its own, and then waits for itself.) Needs root.
///
/// `-Dsamepid.rounds=100` for the long form (3 otherwise), `-Dmycoswarm.seed=N` to repeat one.
@Timeout(1800)
class SamePidIT {
  private static final int ROUNDS = Integer.getInteger("samepid.rounds", 3);
  private static final String[] IN_A_CONTAINER = {
    "unshare", "--pid", "--fork", "--kill-child", "--mount-proc"
  };

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path folder;
  private UnderLoad load;

  @BeforeEach
  void makeLoad() {
    load = new UnderLoad(folder);
  }

  @AfterEach
  void stopAll() {
    load.close();
  }

  @Test
  void aBrokerWithTheNumberOfTheOneBeforeItGoesOn() {
    assumeNamespaces();
    System.out.printf("SamePidIT: -Dsamepid.rounds=%d -Dmycoswarm.seed=%d%n", ROUNDS, seed);
    Swarm swarm = load.swarm();
    swarm.brokersUnder(IN_A_CONTAINER);
    Program broker = swarm.broker();
    load.hands("nodes", 0, 3, seed);
    Program submitters = load.hands("clients", 2, 0, seed + 10);

    for (int round = 1; round <= ROUNDS; round++) {
      load.awaitProgress();
      UnderLoad.awaitRandomMoment(random, 300);
      assertThat(swarm.brokerPid()).isOne();
      broker.kill();
      broker = swarm.broker("--port", Integer.toString(swarm.port()));
      load.check();
    }
    load.awaitProgress();
    submitters.kill();
    load.settle();
    System.out.println("SamePidIT: " + load.figures());
  }

  @Test
  void aSecondBrokerWithTheSameNumberIsRefused() {
    assumeNamespaces();
    load.swarm().brokersUnder(IN_A_CONTAINER);
    Program first = load.swarm().broker();

    Program second = load.swarm().brokerStarting("--port", "0");

    assertThat(second.awaitEnd()).as(second.log()).isEqualTo(1);
    assertThat(second.log()).contains("Expected to be the only broker with the home '");
    assertThat(first.alive()).isTrue();
    assertThat(load.swarm().api().answers("/healthz")).isTrue();
  }

  private void assumeNamespaces() {
    List<String> nothing = new ArrayList<>(List.of(IN_A_CONTAINER));
    nothing.add("true");
    CommandRun run = CommandRun.of(nothing, Map.of(), folder);
    Needs.PROCESSES.expect(run.exit() == 0, "making process namespaces needs root: " + run.err());
  }
}
