package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.dist.Swarm.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The node in Python of `examples/foreign-node`: a task kind that nothing here knows, over the
/// protocol as `docs/protocol.md` tells it.
@Timeout(240)
class ForeignWorkerIT {
  private static final Path SCRIPT = Swarm.ROOT.resolve("examples/foreign-node/node.py");
  private static final int LEASE_SECONDS = 2;
  private static final int LONG_LEASE_SECONDS = 600;

  @TempDir Path folder;
  private Swarm swarm;
  private Program broker;

  @BeforeEach
  void startBroker() {
    swarm = new Swarm(folder);
    broker = swarm.broker();
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void aNewKindOfTaskIsDoneAndItsResultIsThere() {
    python("one");

    String job = submit(text("an old silent pond"), text(""));

    JsonNode ended = swarm.awaitEnded(job);
    assertThat(ended.path("state").asText()).isEqualTo("succeeded");
    assertThat(ended.path("totals").path("words").asInt()).isEqualTo(4);
    assertThat(task(job, 0).path("result").path("words").asInt()).isEqualTo(4);
    assertThat(task(job, 1).path("result").path("words").asInt()).isZero();
    assertThat(attempt(job, 0, 0).path("nodeName").asText()).isEqualTo("one");
  }

  @Test
  void whatNoNodeCanDoIsTriedOnce() {
    python("one");

    String job = submit(Map.of("text", 17), text("the next one is done all the same"));

    assertThat(swarm.awaitEnded(job).path("state").asText()).isEqualTo("succeeded-with-failures");
    JsonNode buried = task(job, 0);
    assertThat(buried.path("state").asText()).isEqualTo("buried");
    assertThat(buried.path("attempts")).hasSize(1);
    assertThat(attempt(job, 0, 0).path("reason").asText())
        .isEqualTo("Expected a string in 'text', but it is 17");
    assertThat(task(job, 1).path("result").path("words").asInt()).isEqualTo(8);
  }

  @Test
  void aTaskLongerThanItsLeaseIsRenewedUntilItIsDone() {
    python("one");

    String job = submit(slow(3 * LEASE_SECONDS));

    assertThat(swarm.awaitEnded(job).path("state").asText()).isEqualTo("succeeded");
    assertThat(task(job, 0).path("attempts")).hasSize(1);
    assertThat(Story.of(swarm.api()).of("lease.expired")).isEmpty();
  }

  @Test
  void theTaskOfOneThatIsKilledIsDoneByTheNext() {
    Program killed = python("one");
    String job = submit(slow(2 * LEASE_SECONDS));
    awaitLeased(job, 1);

    killed.kill();
    python("two");

    assertThat(swarm.awaitEnded(job).path("state").asText()).isEqualTo("succeeded");
    assertThat(attempt(job, 0, 0).path("state").asText()).isEqualTo("expired");
    assertThat(attempt(job, 0, 1).path("state").asText()).isEqualTo("succeeded");
    assertThat(attempt(job, 0, 1).path("nodeName").asText()).isEqualTo("two");
    assertThat(Story.of(swarm.api()).successes(job)).containsExactly(Map.entry(job + ".0", 1));
    assertThat(swarm.api().post("/api/v1/log/verify", "{}").path("same").asBoolean()).isTrue();
  }

  @Test
  void oneThatIsStoppedHandsItsTaskToAnotherAtOnce() {
    Program stopped = python("one");
    String job = submit(slow(3), LONG_LEASE_SECONDS);
    awaitLeased(job, 1);

    assertThat(stopped.stop()).describedAs(stopped.log()).isZero();
    python("two");

    assertThat(swarm.awaitEnded(job).path("state").asText()).isEqualTo("succeeded");
    assertThat(attempt(job, 0, 0).path("state").asText()).isEqualTo("released");
    assertThat(attempt(job, 0, 1).path("nodeName").asText()).isEqualTo("two");
    assertThat(stopped.log()).contains("handed back ['" + job + ".0.1']");
  }

  @Test
  void itWaitsForABrokerThatWasKilledAndReportsToTheNext() {
    Program node = python("one");
    String job = submit(slow(3), LONG_LEASE_SECONDS);
    // That it is leased is in the log before the node knows it, and would be so for a long time.
    Await.until(SOON, "the node works", () -> node.log().contains("works on " + job + ".0.1"));

    broker.kill();
    swarm.broker("--port", Integer.toString(swarm.port()));

    assertThat(swarm.awaitEnded(job).path("state").asText()).isEqualTo("succeeded");
    assertThat(task(job, 0).path("attempts")).hasSize(1);
  }

  private Program python(String name) {
    return swarm.program(name, List.of("python3", SCRIPT.toString(), swarm.api().url(), name));
  }

  private static Map<String, Object> text(String text) {
    return Map.of("text", text);
  }

  /// One word a second.
  private static Map<String, Object> slow(int seconds) {
    return Map.of("text", String.join(" ", Collections.nCopies(seconds, "word")), "secondsEach", 1);
  }

  @SafeVarargs
  @SuppressWarnings("varargs") // the array only becomes a list
  private String submit(Map<String, Object>... payloads) {
    return submit(List.of(payloads), LEASE_SECONDS);
  }

  private String submit(Map<String, Object> payload, int leaseSeconds) {
    return submit(List.of(payload), leaseSeconds);
  }

  /// @return the job
  private String submit(List<Map<String, Object>> payloads, int leaseSeconds) {
    List<Map<String, Object>> tasks =
        payloads.stream().map(payload -> wordCount(payload, leaseSeconds)).toList();
    return swarm.api().post("/api/v1/jobs", Map.of("tasks", tasks)).path("job").asText();
  }

  private static Map<String, Object> wordCount(Map<String, Object> payload, int leaseSeconds) {
    return Map.of("kind", "word-count", "payload", payload, "leaseSeconds", leaseSeconds);
  }

  private JsonNode task(String job, int number) {
    return swarm.api().get("/api/v1/tasks/%s.%d".formatted(job, number));
  }

  private JsonNode attempt(String job, int number, int attempt) {
    return task(job, number).path("attempts").path(attempt);
  }

  private void awaitLeased(String job, int attempt) {
    Await.until(
        SOON,
        "attempt %d of %s begins".formatted(attempt, job),
        () -> Story.of(swarm.api()).of("task.leased", job + ".0").size() == attempt);
  }
}
