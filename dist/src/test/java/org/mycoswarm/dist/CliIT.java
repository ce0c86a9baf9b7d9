package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

class CliIT {
  @TempDir static Path folder;
  private static Swarm swarm = new Swarm(Path.of("."));
  private static CommandRun embedded = new CommandRun(-1, "", "");
  private static String job = "";

  @BeforeAll
  static void embedOnce() throws IOException {
    swarm = new Swarm(Files.createDirectories(folder.resolve("swarm")));
    swarm.broker();
    swarm.node("attic");
    swarm.awaitOnline(1);
    Path documents = Documents.few(folder.resolve("documents"));
    embedded = swarm.cli("embed", documents.toString(), "--key", "once");
    job = swarm.api().get("/api/v1/jobs").path("items").path(0).path("job").asText();
  }

  @AfterAll
  static void close() {
    swarm.close();
  }

  @Test
  void embedSaysWhatBecameOfEachFile() {
    assertThat(embedded.exit()).as(embedded.all()).isZero();
    assertThat(embedded.out())
        .contains("Job " + job + " succeeded")
        .contains("node attic: ")
        .contains("unsupported photo.bin: ")
        .contains("skipped .hidden: hidden file");
  }

  @Test
  void nothingButPlainLinesGoesIntoAPipe() {
    assertThat(embedded.out() + embedded.err()).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
  }

  @Test
  void embeddingTwiceWithOneKeyIsOneJob() {
    CommandRun again =
        swarm.cli("embed", folder.resolve("documents").toString(), "--key", "once", "--detach");

    assertThat(again.out().strip()).isEqualTo(job);
  }

  @Test
  void listingsAreTablesForPeople() {
    assertThat(swarm.cli("jobs").out()).contains("JOB").contains(job).contains("succeeded");
    assertThat(swarm.cli("job", job).out()).contains("state      succeeded").contains("attic");
    assertThat(swarm.cli("tasks", job).out()).contains("chunk").contains("embed").contains("attic");
    assertThat(swarm.cli("nodes").out()).contains("attic").contains("online").contains("embed");
    assertThat(swarm.cli("report", job).out()).contains("embedded").contains("garden/compost.md");
    assertThat(swarm.cli("report", job, "--left-out").out()).doesNotContain("garden/compost.md");
    assertThat(swarm.cli("log", "ls").out()).contains("job.submitted").contains("job.finished");
  }

  @Test
  void listingsAreTheApisOwnJsonForPrograms() throws IOException {
    assertThat(json("jobs", "--json").at("/items/0/job").asText()).isEqualTo(job);
    assertThat(json("job", job, "--json")).isEqualTo(swarm.api().get("/api/v1/jobs/" + job));
    assertThat(json("tasks", job, "--json").path("items")).hasSizeGreaterThan(3);
    assertThat(json("nodes", "--json").at("/items/0/name").asText()).isEqualTo("attic");
    assertThat(json("report", job, "--json"))
        .isEqualTo(swarm.api().get("/api/v1/jobs/" + job + "/report"));
    assertThat(json("log", "ls", "--json", "--limit", "2").path("items")).hasSize(2);
    assertThat(json("log", "verify", "--json").path("same").asBoolean()).isTrue();
  }

  @Test
  void watchTellsTheStoryOfAJobThatHasEnded() {
    CommandRun run = swarm.cli("watch", job, "--events");

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(run.out().lines().findFirst().orElse("")).contains("job.submitted");
    assertThat(run.out()).contains("job.finished");
  }

  @Test
  void resultsComeInThreeForms() throws IOException {
    Path matrix = folder.resolve("vectors.npy");

    CommandRun lines = swarm.cli("results", job);
    CommandRun index = swarm.cli("results", job, "--format", "index");
    CommandRun npy = swarm.cli("results", job, "--format", "npy", "-o", matrix.toString());

    assertThat(lines.out().lines()).hasSize(3).allMatch(line -> line.contains("\"vector\""));
    assertThat(index.out().lines()).hasSize(3).noneMatch(line -> line.contains("\"vector\""));
    assertThat(npy.exit()).isZero();
    assertThat(Files.size(matrix)).isEqualTo(128 + 3 * 384 * 4);
  }

  @Test
  void aLineAtFaultIsNamedAndOnceMendedOnlyItsChunkIsSubmitted() throws IOException {
    String good = "{\"kind\":\"dig\",\"payload\":{}}\n";
    Path file = Files.writeString(folder.resolve("holes.ndjson"), good.repeat(3) + "{\"kind\":\n");
    String[] submit = {"submit", file.toString(), "--key", "holes", "--chunk-lines", "2"};

    CommandRun faulty = swarm.cli(submit);
    Files.writeString(file, good.repeat(4));
    CommandRun mended = swarm.cli(submit);

    assertThat(faulty.exit()).as(faulty.all()).isEqualTo(1);
    assertThat(faulty.out()).contains("2 tasks in the queue, as 1 job.");
    assertThat(faulty.err())
        .contains("In line 4: Expected JSON, but it is malformed at column")
        .contains("Not taken: 1 of 2 chunks.", "again with --key holes:");
    assertThat(mended.exit()).as(mended.all()).isZero();
    assertThat(mended.out()).contains("4 tasks in the queue, as 2 jobs; 1 of these there before.");
    assertThat(swarm.cli("jobs", "--batch", "holes").out()).contains("holes-0001", "holes-0002");
  }

  @Test
  void cancellingAJobThatHasEndedDoesNothing() {
    CommandRun run = swarm.cli("cancel", job);

    assertThat(run.exit()).isZero();
    assertThat(run.out()).isEqualTo("Job %s is succeeded.%n".formatted(job));
  }

  @Test
  void exitCodesAreThoseOfTheManual() {
    assertThat(swarm.cli("jobz").exit()).isEqualTo(2);
    assertThat(swarm.cli("jobs", "--broker", "http://127.0.0.1:1").exit()).isEqualTo(3);
    assertThat(swarm.cli("job", "no-such-job").exit()).isEqualTo(4);
    assertThat(swarm.cli("embed", folder.resolve("none").toString()).exit()).isEqualTo(4);
    CommandRun refused =
        swarm.cli("embed", folder.resolve("documents").toString(), "--model", "no-such-model");
    assertThat(refused.exit()).as(refused.all()).isEqualTo(5);
  }

  @Test
  void doctorFindsEverythingInPlace() {
    CommandRun run = swarm.cli("doctor");

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(run.out()).contains("all-minilm-l6-v2-int8").contains("1 node known");
  }

  @Test
  void brokerAndNodeExplainThemselves() {
    assertThat(swarm.cli("broker", "--help").out()).contains("--port", "--lan");
    assertThat(swarm.cli("node", "--help").out()).contains("--workers", "--name");
  }

  private static JsonNode json(String... arguments) throws IOException {
    CommandRun run = swarm.cli(arguments);
    assertThat(run.exit()).as(run.all()).isZero();
    return Json.LENIENT.readTree(run.out());
  }
}
