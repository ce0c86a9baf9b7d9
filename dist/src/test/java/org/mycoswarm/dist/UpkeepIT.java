package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Brokers that are killed go on from what they wrote down, and never without it.
@Timeout(240)
class UpkeepIT {
  private static final Map<String, Object> TASK = Map.of("kind", "dig", "payload", Map.of());

  @TempDir Path folder;
  private Swarm swarm;

  @BeforeEach
  void makeSwarm() {
    swarm = new Swarm(folder);
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void aKilledBrokerGoesOnFromItsSnapshotAsIfItHadReadEverything() {
    Program broker = swarm.broker();
    String before = submit("before");
    ok(swarm.cli("log", "snapshot"));
    String after = submit("after");
    broker.kill();

    Program again = swarm.broker();

    assertThat(again.log())
        .contains("The state is made of all 0 entries of the log")
        .contains("The state is made of the snapshot of position 2 and 1 entries after it");
    assertThat(ok(swarm.cli("log", "verify")).out()).startsWith("4 entries read");
    assertThat(submit("before")).as("its key is known").isEqualTo(before);
    String lease = lease();
    assertThat(lease).startsWith(before);
    swarm.api().post("/api/v1/leases/" + lease + "/complete", Map.of("detail", Map.of("n", 1)));
    assertThat(swarm.awaitEnded(before).path("state").asText()).isEqualTo("succeeded");
    assertThat(lease()).startsWith(after);
    assertVerified();
  }

  @Test
  void aDamagedSnapshotIsNamedAndTheOneBeforeIsUsed() throws IOException {
    Program broker = swarm.broker();
    String job = submit("one");
    ok(swarm.cli("log", "snapshot"));
    submit("two");
    ok(swarm.cli("log", "snapshot"));
    submit("three");
    broker.kill();
    Path damaged = snapshots().getLast();
    turnByte(damaged);

    Program again = swarm.broker();

    assertThat(again.log())
        .contains(
            "A snapshot is passed over. '" + damaged.toAbsolutePath() + "' is damaged at byte")
        .contains("The state is made of the snapshot of position 2 and 2 entries after it");
    assertThat(lease()).startsWith(job);
    assertVerified();
  }

  @Test
  void withoutItsStartTheLogIsRefusedUnlessASnapshotCanBeRead() throws IOException {
    String running = withDroppedHistory();
    for (Path snapshot : snapshots()) {
      turnByte(snapshot);
    }

    Program refused = swarm.start("refused", "mycoswarm-broker", swarm.home(), "--port", "0");

    assertThat(refused.awaitEnd()).as(refused.log()).isEqualTo(1);
    assertThat(refused.log())
        .contains("The broker did not start. Expected a snapshot of position")
        .contains("older entries were dropped; but there is none that can be read")
        .contains("bring back the folder with the snapshots, or a backup of the whole home")
        .doesNotContain("\tat ");

    turnByte(snapshots().getFirst()); // back again: one is enough to start
    Program healed = swarm.broker();
    assertThat(healed.log()).contains("The state is made of the snapshot of position");
    assertThat(lease()).startsWith(running);
    assertVerified();
  }

  @Test
  void tablesThatAreLostWithTheHistoryAreNotRebuiltInSilence() throws IOException {
    String running = withDroppedHistory();
    deleteFiles(swarm.home().resolve("db"));

    Program broker = swarm.broker();

    Await.until(
        Swarm.SOON,
        "the tables are there again",
        () -> swarm.api().get("/api/v1").path("tablesBehind").asLong() == 0);
    assertThat(broker.log()).contains("The tables are rebuilt from entry");
    JsonNode jobs = swarm.api().get("/api/v1/jobs").path("items");
    assertThat(jobs.findValuesAsText("job")).containsExactly(running);
    assertThat(ok(swarm.cli("log", "ls", "--limit", "1")).out()).contains("POSITION");
    broker.kill();
    assertThat(swarm.broker().log())
        .as("at every start")
        .contains("Jobs that were submitted before entry");
  }

  /// Each run of a broker writes files of its own: the first ones are dropped.
  ///
  /// @return the job that runs; the ones before have ended
  private String withDroppedHistory() {
    for (String name : List.of("first", "second")) {
      Program broker = swarm.broker();
      swarm.api().post("/api/v1/jobs/" + submit(name) + "/cancel", "{}");
      broker.stop();
    }
    Program broker = swarm.broker();
    String running = submit("running");
    ok(swarm.cli("log", "snapshot"));
    swarm.api().post("/api/v1/leases/" + lease() + "/release", "{}");
    Await.until(
        Swarm.SOON,
        "the tables have seen it",
        () -> swarm.api().get("/api/v1").path("tablesBehind").asLong() == 0);
    assertThat(ok(swarm.cli("log", "compact")).out())
        .contains("Dropped 6 entries: the log begins with entry 7.");
    broker.kill();
    return running;
  }

  private String submit(String key) {
    HttpResponse<String> answer =
        swarm
            .api()
            .postAny(
                "/api/v1/jobs",
                Api.jsonOf(Map.of("name", key, "tasks", List.of(TASK))),
                "Idempotency-Key",
                key);
    return Api.json(answer).path("job").asText();
  }

  private String lease() {
    Map<String, Object> dig = Map.of("kind", "dig", "device", "cpu", "rate", 1);
    swarm
        .api()
        .post(
            "/api/v1/nodes",
            Map.of("node", "pi", "name", "pi", "capabilities", List.of(dig), "detail", Map.of()));
    return swarm
        .api()
        .post("/api/v1/nodes/pi/work", Map.of("results", List.of(), "want", 1, "waitSeconds", 20))
        .at("/leases/0/lease")
        .asText();
  }

  private void assertVerified() {
    assertThat(swarm.api().post("/api/v1/log/verify", "{}").path("same").asBoolean()).isTrue();
  }

  private List<Path> snapshots() throws IOException {
    try (Stream<Path> files = Files.list(swarm.home().resolve("snapshots"))) {
      return files.sorted().toList();
    }
  }

  /// Turns one bit in the middle; twice makes it whole again.
  private static void turnByte(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
  }

  private static void deleteFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static CommandRun ok(CommandRun run) {
    assertThat(run.exit()).as(run.all()).isZero();
    return run;
  }
}
