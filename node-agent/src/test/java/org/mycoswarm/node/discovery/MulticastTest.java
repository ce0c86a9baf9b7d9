package org.mycoswarm.node.discovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

/// Finding a broker on a network: real processes in network namespaces of their own, each with an
/// interface that leads nowhere.
class MulticastTest {
  private static @Nullable Networks networks;
  private final List<Process> brokers = new ArrayList<>();

  @TempDir Path home;

  @BeforeAll
  static void makeNetworks() throws Exception {
    boolean possible = Networks.possible();
    String required = System.getenv().getOrDefault("MYCOSWARM_REQUIRE_ROOT", "");
    assertThat(possible || !List.of(required.split(" ")).contains("networks"))
        .as("network namespaces, which MYCOSWARM_REQUIRE_ROOT names")
        .isTrue();
    assumeTrue(
        possible,
        "MULTICAST WAS NOT TESTED: it needs root and /usr/sbin/ip for network namespaces");
    networks = new Networks();
  }

  @AfterAll
  static void takeNetworksAway() {
    if (networks != null) {
      networks.close();
    }
  }

  @AfterEach
  void killBrokers() {
    brokers.forEach(Process::destroyForcibly);
  }

  @Test
  void aFreshProcessFindsTheBrokerThoughOneInterfaceLeadsNowhere() throws Exception {
    broker("b1", "secret");

    JsonNode found = find("myco1.b1.secret");

    assertThat(found.path("broker").asText()).isEqualTo("b1");
    assertThat(found.path("how").asText()).isEqualTo("multicast");
    assertThat(found.path("url").asText()).startsWith("http://10.77.0.1:");
    System.err.printf(
        "Multicast: found in %d ms, %d ms after the start of the process%n",
        found.path("millis").asLong(), found.path("processMillis").asLong());
    end(brokers.getFirst());
  }

  @Test
  void aLiarWithTheSameIdIsPassedOverAndNeverSeesTheToken() throws Exception {
    Process liar = broker("b1", "-");
    Process honest = broker("b1", "secret");

    JsonNode found = find("myco1.b1.secret");

    assertThat(found.path("broker").asText()).isEqualTo("b1");
    assertThat(end(liar)).contains("tokens []");
    end(honest);
  }

  @Test
  void ofALiarAloneTheUserHearsWhy() throws Exception {
    Process liar = broker("b1", "-");

    String said = output(finder("myco1.b1.secret", "5"), 3);

    assertThat(said)
        .contains("the broker 'b1' knows another token; this node keeps its own to itself");
    assertThat(end(liar)).contains("tokens []").doesNotContain("asked 0");
  }

  @Test
  void anotherBrokerIsNotEvenAsked() throws Exception {
    Process other = broker("b2", "secret");

    String said = output(finder("myco1.b1.secret", "5"), 3);

    assertThat(said)
        .contains(
            "Expected the broker 'b1' to answer on", "c0", "only other brokers answered: [b2]");
    assertThat(end(other)).contains("asked 0");
  }

  private Process broker(String id, String token) throws IOException {
    Process broker =
        Objects.requireNonNull(networks).there(AnnouncedBroker.class.getName(), id, token).start();
    brokers.add(broker);
    BufferedReader output = broker.inputReader(UTF_8);
    for (String line = output.readLine(); !"ready".equals(line); line = output.readLine()) {
      assertThat(line).describedAs("output of the broker before it was ready").isNotNull();
    }
    return broker;
  }

  private JsonNode find(String join) throws Exception {
    return Json.LENIENT.readTree(output(finder(join, "20"), 0));
  }

  private Process finder(String join, String seconds) throws IOException {
    ProcessBuilder find =
        Objects.requireNonNull(networks)
            .here(
                "org.mycoswarm.node.AgentMain",
                "find",
                "--json",
                "--seconds",
                seconds,
                "--home",
                home + "");
    find.environment().put("MYCOSWARM_JOIN", join);
    return find.start();
  }

  private static String output(Process process, int exitCode) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).describedAs(output).isEqualTo(exitCode);
    return output;
  }

  /// @return what it has seen
  private static String end(Process broker) throws Exception {
    broker.getOutputStream().close();
    StringBuilder rest = new StringBuilder();
    broker.inputReader(UTF_8).lines().forEach(line -> rest.append(line).append('\n'));
    assertThat(broker.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return rest.toString();
  }
}
