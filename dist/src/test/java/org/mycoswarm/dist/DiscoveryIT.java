package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.mycoswarm.schema.json.Json;

/// A broker on one machine, found by fresh processes on another: in network namespaces of our own,
/// never on this machine's network. Prints what it measured.
@ResourceLock(Swarm.LAN)
class DiscoveryIT {
  private static final int JOINS = 20;

  @TempDir Path folder;
  private final List<Program> programs = new ArrayList<>();
  private TwoMachines machines;

  DiscoveryIT() throws IOException, InterruptedException {
    String obstacle = TwoMachines.obstacle();
    Needs.NETWORKS.expect(obstacle.isEmpty(), obstacle);
    machines = new TwoMachines();
  }

  @BeforeEach
  void brokerServes() {
    Path home = folder.resolve("broker");
    List<String> command = new ArrayList<>(machines.onBrokersMachine());
    command.addAll(Swarm.java("mycoswarm-broker"));
    command.addAll(List.of("--home", home.toString(), "--lan"));
    Program broker =
        Program.start("broker", command, Map.of(), folder.resolve("logs").resolve("broker.log"));
    programs.add(broker);
    Await.until(
        Swarm.SOON,
        "the broker serves",
        () -> {
          assertThat(broker.alive()).as(broker::log).isTrue();
          return Files.exists(home.resolve("run").resolve("broker.json"));
        });
  }

  @AfterEach
  void takeAway() {
    programs.reversed().forEach(Program::kill);
    machines.close();
  }

  @Test
  void aFreshProcessFindsTheBrokerWithinASecond() throws IOException {
    long[] millis = new long[JOINS];
    for (int i = 0; i < JOINS; i++) {
      CommandRun run = find("seeker-" + i, join(), "--json");

      assertThat(run.exit()).as(run::all).isZero();
      JsonNode found = Json.LENIENT.readTree(run.out());
      assertThat(found.get("how").asText()).isEqualTo("multicast");
      assertThat(found.get("url").asText())
          .startsWith("http://" + TwoMachines.BROKER_ADDRESS + ":");
      millis[i] = found.get("millis").asLong();
    }
    Arrays.sort(millis);
    long p95 = millis[JOINS * 95 / 100 - 1];
    System.out.printf(
        "Discovery, %d fresh processes: median %d ms, p95 %d ms, most %d ms%n",
        JOINS, millis[JOINS / 2], p95, millis[JOINS - 1]);
    assertThat(p95).as("95th percentile of %s ms", Arrays.toString(millis)).isLessThan(1_000);
  }

  @Test
  void anAddressWorksWhereMulticastDoesNot() throws IOException {
    CommandRun run =
        find("by-address", join(), "--broker", "http://" + TwoMachines.BROKER_ADDRESS + ":6926");

    assertThat(run.exit()).as(run::all).isZero();
    assertThat(run.out()).contains("found by address");
  }

  @Test
  void aBrokerThatDoesNotKnowTheTokenIsNotBelieved() throws IOException {
    String forged = join().replaceAll("\\.[^.]*$", ".00000000000000000000000000000000");

    CommandRun run = find("deceived", forged, "--seconds", "3");

    assertThat(run.exit()).as(run::all).isEqualTo(3);
  }

  @Test
  void aNodeOnAnotherMachineJoinsByItself() throws IOException {
    List<String> command = new ArrayList<>(machines.onNodesMachine());
    command.addAll(Swarm.java("mycoswarm-node-agent"));
    command.addAll(List.of("--home", folder.resolve("node").toString(), "--name", "attic"));
    Program node =
        Program.start(
            "node",
            command,
            Map.of("MYCOSWARM_JOIN", join()),
            folder.resolve("logs").resolve("node.log"));
    programs.add(node);

    Await.until(
        Duration.ofSeconds(90),
        "the node is listed",
        () -> {
          assertThat(node.alive()).as(node::log).isTrue();
          return nodes().contains("\"attic\"");
        });
    assertThat(node.log()).doesNotContain(token());
  }

  /// Asked on the broker's machine, with the token it keeps there.
  private String nodes() {
    List<String> command = new ArrayList<>(machines.onBrokersMachine());
    command.add(Swarm.ROOT.resolve("mycoswarm").toString());
    command.addAll(List.of("nodes", "--json"));
    Map<String, String> environment =
        Map.of(
            "MYCOSWARM_HOME",
            folder.resolve("broker").toString(),
            "MYCOSWARM_BUILD",
            "never",
            "JAVA_HOME",
            System.getProperty("java.home"));
    CommandRun run = CommandRun.of(command, environment, folder);
    assertThat(run.exit()).as(run::all).isZero();
    return run.out();
  }

  private CommandRun find(String home, String join, String... options) {
    List<String> command = new ArrayList<>(machines.onNodesMachine());
    command.addAll(Swarm.java("mycoswarm-node-agent"));
    command.addAll(List.of("find", "--home", folder.resolve(home).toString()));
    command.addAll(List.of(options));
    return CommandRun.of(command, Map.of("MYCOSWARM_JOIN", join), folder);
  }

  private String join() throws IOException {
    String id = Files.readString(folder.resolve("broker").resolve("broker-id")).strip();
    return "myco1." + id + "." + token();
  }

  private String token() throws IOException {
    return Files.readString(folder.resolve("broker").resolve("token")).strip();
  }
}
