package org.mycoswarm.cli.nearest;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.JobFollower;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.TaskSubmission;
import org.mycoswarm.schema.wire.TaskView;

/// Asks downloaded results a question: the swarm embeds it like any other text, and the nearest
/// chunks are the answer.
public final class Question {
  private final BrokerClient client;

  public Question(BrokerClient client) {
    this.client = client;
  }

  /// @param chunk its line of the index
  public record Answer(double similarity, JsonNode chunk) {}

  /// @param index lines without vectors, in the order of the matrix' rows
  public List<Answer> ask(String text, Path matrix, Path index, int count) throws IOException {
    JsonNode first = lines(index, List.of(0)).get(0);
    if (first == null) {
      return List.of();
    }
    float[] question = embed(text, first.path("model").asText());
    try (InputStream in = Files.newInputStream(matrix)) {
      Npy rows = Npy.open(new java.io.BufferedInputStream(in, 1 << 20));
      List<NearestRows.Row> nearest = NearestRows.of(question, rows, count);
      Map<Integer, JsonNode> chunks =
          lines(index, nearest.stream().map(NearestRows.Row::number).collect(Collectors.toList()));
      List<Answer> answers = new ArrayList<>();
      for (NearestRows.Row row : nearest) {
        JsonNode chunk = chunks.get(row.number());
        if (chunk == null) {
          throw new IOException(
              "Expected a line of '%s' for row %d".formatted(index, row.number()));
        }
        answers.add(new Answer(row.similarity(), chunk));
      }
      return answers;
    }
  }

  private float[] embed(String text, String model) throws IOException {
    JsonNode payload =
        Json.LENIENT.valueToTree(EmbedPayload.ofTexts(model, EmbedPayload.QUERY, List.of(text)));
    TaskSubmission task = new TaskSubmission("embed", model, "question", payload, null, null, null);
    String job =
        client
            .submit(
                new SubmitRequest("question", null, List.of(task)), UUID.randomUUID().toString())
            .job();
    JobView ended =
        new JobFollower(client, job, null, Duration.ofMinutes(1), JobFollower.Watcher.SILENT)
            .follow();
    String tasks = "/api/v1/jobs/" + BrokerClient.segment(job) + "/tasks";
    TaskView done = Wire.read(client.list(tasks, 1).getFirst(), TaskView.class);
    if (!ended.state().equals("succeeded") || done.result() == null) {
      throw new CommandFailed(
          ExitCode.FAILURES,
          "Expected the swarm to embed the question, but its job %s is %s: %s"
              .formatted(job, ended.state(), done.reason()));
    }
    byte[] vectors = client.blob(Wire.read(done.result(), EmbedDetail.class).vectors());
    return Npy.open(new ByteArrayInputStream(vectors)).row();
  }

  private static Map<Integer, JsonNode> lines(Path index, List<Integer> wanted) throws IOException {
    Map<Integer, JsonNode> found = new HashMap<>();
    try (BufferedReader in = Files.newBufferedReader(index)) {
      int number = 0;
      for (String line = in.readLine();
          line != null && found.size() < wanted.size();
          line = in.readLine()) {
        if (wanted.contains(number)) {
          found.put(number, Json.LENIENT.readTree(line));
        }
        number++;
      }
    }
    return found;
  }
}
