package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The broker and its callers live on two machines, and the cable between them loses packets, or
/// all of them, or only the broker's answers: then everything that callers ask for is done, and
/// none of them hears of it. Every caller keeps the book of what it was promised. Needs root and
/// nft.
///
/// `-Dbadcable.rounds=100` for the long form (1 otherwise).
@Timeout(7200)
class BadCableIT {
  private static final int ROUNDS = Integer.getInteger("badcable.rounds", 1);
  private static final int PORT = 6926;
  private static final Duration BEYOND_A_LEASE = Duration.ofSeconds(LightNode.LEASE_SECONDS + 1);

  @TempDir Path folder;
  private TwoMachines machines;
  private UnderLoad load;
  private Program broker;
  private Program nodes;
  private Program submitters;

  @BeforeEach
  void startAll() throws IOException, InterruptedException {
    String obstacle = TwoMachines.obstacle();
    Needs.NETWORKS.expect(obstacle.isEmpty(), obstacle);
    Needs.NETWORKS.expect(TwoMachines.canDisturb(), "there is no nft (Debian's package nftables)");
    machines = new TwoMachines();
    load = new UnderLoad(folder);
    load.swarm().brokersUnder(machines.onBrokersMachine().toArray(String[]::new));
    broker = load.swarm().brokerStarting("--lan", "--port", Integer.toString(PORT));
    Path run = load.swarm().home().resolve("run").resolve("broker.json");
    Await.until(Swarm.SOON, "the broker serves", () -> Files.exists(run));
    nodes = hands("nodes", 0, 4);
    submitters = hands("clients", 3, 0);
  }

  @AfterEach
  void stopAll() {
    if (load != null) {
      load.close();
      machines.close();
    }
  }

  @Test
  void whatTheCableLosesIsAskedForAgainAndDoneOnce() throws IOException, InterruptedException {
    for (int round = 1; round <= ROUNDS; round++) {
      load.awaitProgress();
      machines.disturb(15, 15);
      load.awaitProgress();
      part(100, 100);
      part(0, 100);
      part(100, 0);
      part(0, 100);
    }
    load.awaitProgress();

    // Whoever reads the log has to reach the broker: it moves to this machine.
    broker.kill();
    submitters.kill();
    nodes.kill();
    load.swarm().brokersUnder();
    load.swarm().broker("--port", "0");
    load.hands("nodes", 0, 4, 1);
    load.settle();
    System.out.println("BadCableIT: " + load.figures());
    assertThat(load.audit().expired()).isPositive();
  }

  /// For longer than a lease runs; then the cable is whole again.
  private void part(int in, int out) throws IOException, InterruptedException {
    load.awaitProgress();
    machines.disturb(in, out);
    LockSupport.parkNanos(BEYOND_A_LEASE.toNanos());
    machines.disturb(0, 0);
  }

  private Program hands(String name, int submitters, int nodes) throws IOException {
    String token = Files.readString(load.swarm().home().resolve("token")).strip();
    return load.hands(
        machines.onNodesMachine(),
        Map.of("MYCOSWARM_TOKEN", token),
        "http://" + TwoMachines.BROKER_ADDRESS + ":" + PORT,
        name,
        submitters,
        nodes,
        name.hashCode());
  }
}
