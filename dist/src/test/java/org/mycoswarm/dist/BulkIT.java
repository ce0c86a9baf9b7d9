package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.TaskSubmission;

/// Tasks by the hundred thousand, in one request, against a real broker.
class BulkIT {
  private static final int TASKS = 100_000;
  private static final Pattern BLOCK = Pattern.compile("(?m)^```sh\n(.*?)^```", Pattern.DOTALL);

  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| (job|task) \\|");

  @TempDir Path folder;

  @Test
  void aHundredThousandTasksInOneRequestAreAllThereAndNoneTwiceAfterARestart() throws IOException {
    Path file = lines(TASKS);
    try (Swarm swarm = new Swarm(Files.createDirectories(folder.resolve("swarm")))) {
      swarm.programsUnder(Map.of("JAVA_TOOL_OPTIONS", "-Xmx192m"));
      Program broker = swarm.broker();
      List<JsonNode> first = submit(swarm.api().url(), file);

      broker.kill();
      swarm.broker();
      List<JsonNode> again = submit(swarm.api().url(), file);

      assertThat(first.getLast().path("tasks").asInt()).isEqualTo(TASKS);
      assertThat(first.getLast().path("repeated").asInt()).isZero();
      assertThat(again.getLast().path("tasks").asInt()).isEqualTo(TASKS);
      assertThat(again.getLast().path("repeated").asInt()).isEqualTo(TASKS / 1_000);
      assertThat(tasks(first)).hasSize(TASKS).isEqualTo(tasks(again));
      Await.until(Swarm.SOON, "the tables have them all", () -> listed(swarm.api()) == TASKS);
    }
  }

  @Test
  void everyCommandOfTheGuideWorks() throws IOException {
    try (Swarm swarm = new Swarm(Files.createDirectories(folder.resolve("swarm")))) {
      swarm.broker();
      String script = String.join("\n", blocks()).replace(":6926", ":" + swarm.port());
      Path work = Files.createDirectories(folder.resolve("work"));
      Files.createSymbolicLink(work.resolve("mycoswarm"), Swarm.ROOT.resolve("mycoswarm"));
      Path file = Files.writeString(work.resolve("guide.sh"), script);

      CommandRun run =
          CommandRun.of(
              List.of("bash", "-euo", "pipefail", file.toString()), swarm.environment(), work);

      assertThat(run.exit()).as(run.all()).isZero();
      assertThat(run.out())
          .contains("3,000 tasks in the queue, as 3 jobs.")
          .contains("3,000 tasks in the queue, as 3 jobs; 3 of these there before.")
          .contains("\"refused\":0");
    }
  }

  @Test
  void theTableOfTheGuideHasEveryFieldOfASubmission() throws IOException {
    assertThat(rows("job")).isEqualTo(fields(SubmitRequest.class));
    assertThat(rows("task")).isEqualTo(fields(TaskSubmission.class));
  }

  private static Set<String> rows(String of) throws IOException {
    return ROW.matcher(guide())
        .results()
        .filter(row -> row.group(2).equals(of))
        .map(row -> row.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> fields(Class<? extends Record> type) {
    return Stream.of(type.getRecordComponents())
        .map(RecordComponent::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String guide() throws IOException {
    return Files.readString(Swarm.ROOT.resolve("docs/reference/submission.md"));
  }

  private Path lines(int number) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < number; i++) {
      lines.append("{\"kind\":\"dig\",\"label\":\"hole %d\",\"payload\":{}}%n".formatted(i));
    }
    return Files.writeString(folder.resolve("holes.ndjson"), lines);
  }

  private static List<JsonNode> submit(String url, Path file) throws IOException {
    Api api = new Api(url, "", Duration.ofMinutes(4));
    HttpResponse<String> answer =
        api.send(
            HttpRequest.newBuilder(URI.create(api.url() + "/api/v1/jobs/bulk?items=true"))
                .header("Content-Type", "application/x-ndjson")
                .header("Idempotency-Key", "night")
                .POST(BodyPublishers.ofFile(file)));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<JsonNode> lines = new ArrayList<>();
    for (String line : answer.body().lines().toList()) {
      lines.add(Json.LENIENT.readTree(line));
    }
    return lines;
  }

  /// Each line with its task.
  private static Set<String> tasks(List<JsonNode> answer) {
    Set<String> tasks = new HashSet<>();
    for (JsonNode chunk : answer) {
      chunk.path("items").forEach(item -> tasks.add(item.path("line") + " " + item.path("task")));
    }
    return tasks;
  }

  private static int listed(Api api) {
    int tasks = 0;
    for (JsonNode job : api.get("/api/v1/jobs?batch=night&limit=500").path("items")) {
      tasks += job.path("tasks").path("total").asInt();
    }
    return tasks;
  }

  private static List<String> blocks() throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher block = BLOCK.matcher(guide());
    while (block.find()) {
      blocks.add(block.group(1));
    }
    return blocks;
  }
}
