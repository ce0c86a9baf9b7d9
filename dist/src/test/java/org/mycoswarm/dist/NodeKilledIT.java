package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.dist.Swarm.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Nodes die, or stand still and do not know it.
@Timeout(240)
class NodeKilledIT {
  private static final int LEASE_SECONDS = 3;
  private static final String TEXT =
      "The swarm reads it, cuts it into chunks and embeds each of them. ".repeat(8);

  @TempDir Path folder;
  private Swarm swarm;

  @BeforeEach
  void startBroker() {
    swarm = new Swarm(folder);
    swarm.broker();
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void theTaskOfAKilledNodeRunsElsewhereWithinTheLeaseTimeAndASecond() {
    Map<String, Program> nodes = twoNodes();
    String job = submitSlowEmbedding(150);
    String task = job + ".0";
    Story.Happened leased = awaitLeased(task, 1);

    Instant killed = Instant.now();
    holder(nodes, leased).kill();
    Story.Happened again = awaitLeased(task, 2);

    assertThat(again.node()).isNotEqualTo(leased.node());
    assertThat(Duration.between(killed, again.at()))
        .as("from the node's death until its task runs elsewhere")
        .isLessThanOrEqualTo(Duration.ofSeconds(LEASE_SECONDS + 1));
    assertThat(swarm.awaitEnded(job).path("state").asText()).isEqualTo("succeeded");
    assertDoneOnceByAttempt(task, 2);
  }

  @Test
  void whatANodeDidWhileItWasFrozenChangesNothing() {
    Map<String, Program> nodes = twoNodes();
    String job = submitSlowEmbedding(100);
    String task = job + ".0";
    Story.Happened leased = awaitLeased(task, 1);
    Program frozen = holder(nodes, leased);

    frozen.freeze();
    Story.Happened again = awaitLeased(task, 2);
    swarm.awaitEnded(job);
    frozen.thaw();
    // It is alone now: when it has done another task, it has long been told about the first one.
    holder(nodes, again).kill();
    String next = submitSlowEmbedding(1);

    assertThat(swarm.awaitEnded(next).path("state").asText()).isEqualTo("succeeded");
    assertThat(Story.of(swarm.api()).of("task.leased", next + ".0").getLast().node())
        .isEqualTo(leased.node());
    assertDoneOnceByAttempt(task, 2);
    assertThat(frozen.alive()).isTrue();
    assertTheLogAgrees();
  }

  @Test
  void aLateResultIsRefusedBeforeAndAfterSomebodyElseHasTheTask() {
    ForeignNode late = ForeignNode.join(swarm.api(), "late", "by-hand");
    ForeignNode second = ForeignNode.join(swarm.api(), "second", "by-hand");
    String job = submit(Map.of("kind", "by-hand", "payload", Map.of(), "leaseSeconds", 1));
    String task = job + ".0";
    String stale = late.leaseOne();
    Await.until(
        SOON, "the lease expires", () -> !Story.of(swarm.api()).of("lease.expired").isEmpty());

    HttpResponse<String> whileNobodyHasIt = late.complete(stale);
    String current = second.leaseOne();
    HttpResponse<String> whileAnotherHasIt = late.complete(stale);
    JsonNode inTheCallForWork = late.report(stale);
    HttpResponse<String> inTime = second.complete(current);
    HttpResponse<String> whenItIsDone = late.complete(stale);

    for (HttpResponse<String> refused :
        List.of(whileNobodyHasIt, whileAnotherHasIt, whenItIsDone)) {
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body())
          .contains("urn:mycoswarm:problem:lease-not-held")
          .contains("Expected attempt 1 of task '%s' to be leased, but ".formatted(task))
          .contains("the report was dropped and changed nothing");
    }
    assertThat(inTheCallForWork.path("status").asText()).isEqualTo("refused");
    assertThat(inTheCallForWork.path("reason").asText()).contains("attempt 1 of task '" + task);
    assertThat(inTime.statusCode()).isEqualTo(200);
    assertDoneOnceByAttempt(task, 2);
    assertThat(swarm.api().get("/api/v1/tasks/" + task).path("result").path("by").asText())
        .isEqualTo("second");
    assertTheLogAgrees();
  }

  private Map<String, Program> twoNodes() {
    Map<String, Program> nodes = Map.of("one", swarm.node("one"), "two", swarm.node("two"));
    swarm.awaitOnline(2);
    return nodes;
  }

  /// One task of so many texts, some 20 ms each.
  private String submitSlowEmbedding(int texts) {
    return submit(
        Map.of(
            "kind",
            "embed",
            "model",
            swarm.embeddingModel(),
            "payload",
            Map.of("model", swarm.embeddingModel(), "texts", Collections.nCopies(texts, TEXT)),
            "leaseSeconds",
            LEASE_SECONDS));
  }

  private String submit(Map<String, Object> task) {
    return swarm.api().post("/api/v1/jobs", Map.of("tasks", List.of(task))).path("job").asText();
  }

  private Program holder(Map<String, Program> nodes, Story.Happened leased) {
    return Objects.requireNonNull(nodes.get(nameOf(leased.node())));
  }

  private String nameOf(String node) {
    for (JsonNode known : swarm.api().get("/api/v1/nodes").path("items")) {
      if (known.path("node").asText().equals(node)) {
        return known.path("name").asText();
      }
    }
    throw new AssertionError("Expected to know the node " + node);
  }

  private Story.Happened awaitLeased(String task, int attempt) {
    Await.until(
        SOON,
        "attempt %d of %s begins".formatted(attempt, task),
        () -> Story.of(swarm.api()).of("task.leased", task).size() == attempt);
    return Story.of(swarm.api()).of("task.leased", task).getLast();
  }

  private void assertDoneOnceByAttempt(String task, int attempt) {
    assertThat(Story.of(swarm.api()).of("task.succeeded", task))
        .extracting(Story.Happened::attempt)
        .containsExactly(attempt);
  }

  private void assertTheLogAgrees() {
    assertThat(swarm.api().post("/api/v1/log/verify", "{}").path("same").asBoolean()).isTrue();
  }
}
