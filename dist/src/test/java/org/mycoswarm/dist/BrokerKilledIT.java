package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

/// The broker dies again and again while a folder is embedded and others submit jobs.
class BrokerKilledIT {
  private static final int DOCUMENTS = 40;
  private static final int KILLS = 4;

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @TempDir Path folder;

  @Test
  @Timeout(300)
  void nothingAcknowledgedIsLostAndNothingIsDoneTwice() throws Exception {
    System.out.println("BrokerKilledIT: -Dmycoswarm.seed=" + seed);
    Path documents = DocumentFolder.of(folder.resolve("documents"), DOCUMENTS).path();
    try (Swarm swarm = new Swarm(folder.resolve("swarm"))) {
      Program broker = startBroker(swarm, 0);
      List<Program> nodes = List.of(swarm.node("one"), swarm.node("two"));
      swarm.awaitOnline(2);
      String calm = embed(swarm, documents);
      swarm.awaitEnded(calm);

      Ledger ledger = new Ledger();
      Submitter submitter =
          Submitter.start(
              swarm.api(), "ledger", BrokerKilledIT::body, Submitter.QUICKLY, ledger::note);
      String stormy = embed(swarm, documents);
      for (int kill = 1; kill <= KILLS; kill++) {
        awaitRandomMoment(swarm, stormy, kill);
        broker.kill();
        broker = startBroker(swarm, swarm.port());
      }
      JsonNode job = swarm.awaitEnded(stormy);
      swarm.awaitOnline(2);
      submitter.stop();
      Map<String, String> acknowledged = acknowledged(ledger);
      System.out.printf(
          "BrokerKilledIT: %d kills, %d submissions acknowledged after %d tries%n",
          KILLS, acknowledged.size(), submitter.tries());

      assertThat(job.path("state").asText()).isEqualTo("succeeded");
      assertThat(nodes).allMatch(Program::alive);
      Story story = Story.of(swarm.api());
      assertEachTaskSucceededOnce(story, stormy, job.path("tasks").path("total").asInt());
      assertEachSubmissionExistsOnce(swarm, story, acknowledged);
      assertThat(swarm.cli("log", "verify").all()).startsWith("exit 0");
      String results = results(swarm, stormy);
      assertEachChunkIsThereOnce(results, job.path("totals").path("chunks").asInt());
      assertThat(results).isEqualTo(results(swarm, calm));
    }
  }

  /// A lease that was granted just when the broker died is known to no node: it has to expire.
  private static Program startBroker(Swarm swarm, int port) {
    return swarm.broker("--port", Integer.toString(port), "--lease-seconds", "10");
  }

  private static String embed(Swarm swarm, Path documents) {
    CommandRun run = swarm.cli("embed", documents.toString(), "--detach");
    assertThat(run.exit()).as(run.all()).isZero();
    return run.out().strip();
  }

  /// Some part of the work is done, and then some milliseconds more: the writer may be anywhere.
  private void awaitRandomMoment(Swarm swarm, String job, int kill) {
    int part = 2 * DOCUMENTS / (KILLS + 1);
    int done = (kill - 1) * part + random.nextInt(part);
    Await.until(
        Duration.ofMinutes(2),
        done + " tasks are done",
        () ->
            swarm.api().get("/api/v1/jobs/" + job).path("tasks").path("succeeded").asInt() >= done);
    LockSupport.parkNanos(random.nextLong(TimeUnit.MILLISECONDS.toNanos(50)));
  }

  private static String body(String key) {
    return """
        {"name":"%s","tasks":[{"kind":"nobody-does-this","payload":{}}]}"""
        .formatted(key);
  }

  /// The job of each key.
  private static Map<String, String> acknowledged(Ledger ledger) {
    Map<String, String> jobs = new LinkedHashMap<>();
    for (Promise promise : ledger.from(0)) {
      assertThat(promise).isInstanceOf(Promise.Submitted.class);
      if (promise instanceof Promise.Submitted(String key, String job)) {
        assertThat(jobs.merge(key, job, (before, _) -> before)).isEqualTo(job);
      }
    }
    return jobs;
  }

  private static void assertEachTaskSucceededOnce(Story story, String job, int tasks) {
    assertThat(story.successes(job))
        .hasSize(tasks)
        .allSatisfy((_, times) -> assertThat(times).isOne());
  }

  private static void assertEachSubmissionExistsOnce(
      Swarm swarm, Story story, Map<String, String> acknowledged) {
    Map<String, Long> submitted =
        story.of("job.submitted").stream()
            .map(happened -> happened.event().path("spec").path("name").asText())
            .filter(name -> name.startsWith("ledger-"))
            .collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    assertThat(submitted.keySet()).isEqualTo(acknowledged.keySet());
    assertThat(submitted.values()).allMatch(times -> times == 1);
    acknowledged.forEach(
        (key, job) -> {
          var repeat = swarm.api().postAny("/api/v1/jobs", body(key), "Idempotency-Key", key);
          assertThat(repeat.statusCode()).isEqualTo(200);
          assertThat(repeat.headers().firstValue("Idempotent-Replayed")).contains("true");
          assertThat(Api.json(repeat).path("job").asText()).isEqualTo(job);
        });
  }

  private static String results(Swarm swarm, String job) {
    return swarm.api().text("/api/v1/jobs/" + job + "/results?format=jsonl");
  }

  private static void assertEachChunkIsThereOnce(String results, int chunks) throws Exception {
    List<String> places = new ArrayList<>();
    for (String line : results.lines().toList()) {
      JsonNode chunk = Json.LENIENT.readTree(line);
      places.add(chunk.path("document").asText() + "#" + chunk.path("ordinal").asInt());
      assertThat(chunk.path("vector").size()).isEqualTo(384);
    }
    assertThat(places).hasSize(chunks).doesNotHaveDuplicates();
  }
}
