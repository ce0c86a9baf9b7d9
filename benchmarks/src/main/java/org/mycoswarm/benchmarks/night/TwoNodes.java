package org.mycoswarm.benchmarks.night;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.mycoswarm.benchmarks.Client;
import org.mycoswarm.benchmarks.broker.RunningBroker;
import org.mycoswarm.benchmarks.load.ServerProcess;
import org.mycoswarm.schema.json.Json;

/// A broker and two nodes of one worker each, as people run them.
final class TwoNodes implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  /// What a run said of itself on its way.
  record Told(double seconds, int embedded, double left) {}

  /// A run that has ended.
  ///
  /// @param seconds from the call that started it, to its end as the broker wrote it down
  record Ended(JsonNode report, double seconds, List<Told> told) {
    int count(String change) {
      return report.path("counts").path(change).asInt();
    }

    int files() {
      return report.path("counts").valueStream().mapToInt(JsonNode::asInt).sum();
    }

    /// Files that were left out or failed, by why.
    Map<String, Integer> reasons() {
      Map<String, Integer> reasons = new TreeMap<>();
      for (JsonNode file : report.path("files")) {
        if (!file.path("failure").isMissingNode() && !file.path("failure").isNull()) {
          reasons.merge(
              file.path("change").asText() + ": " + file.path("failure").path("error").asText(),
              1,
              Integer::sum);
        }
      }
      return reasons;
    }
  }

  private final RunningBroker broker;
  private final List<ServerProcess> nodes = new ArrayList<>();
  private final Client client;
  private final HttpClient http = HttpClient.newHttpClient();

  private TwoNodes(RunningBroker broker) {
    this.broker = broker;
    this.client = new Client("http://127.0.0.1:" + broker.port());
  }

  static TwoNodes start(Path lib, Path models, Path work, String digest)
      throws IOException, InterruptedException {
    TwoNodes swarm = new TwoNodes(RunningBroker.start(lib, work.resolve("broker"), List.of()));
    try {
      for (String name : List.of("node-1", "node-2")) {
        swarm.nodes.add(swarm.node(lib, models, work, name));
      }
      while (swarm.offering(digest) < swarm.nodes.size()) {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      return swarm;
    } catch (IOException | InterruptedException e) {
      swarm.close();
      throw e;
    }
  }

  /// Nodes that have the model.
  private long offering(String digest) throws IOException, InterruptedException {
    return client
        .get("/nodes")
        .path("items")
        .valueStream()
        .filter(node -> node.toString().contains(digest))
        .count();
  }

  private ServerProcess node(Path lib, Path models, Path work, String name) throws IOException {
    List<String> command =
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "--sun-misc-unsafe-memory-access=allow",
            "-jar",
            RunningBroker.jar(lib, "mycoswarm-node-agent-").toString(),
            "--home",
            work.resolve(name).toString(),
            "--broker",
            "http://127.0.0.1:" + broker.port(),
            "--name",
            name,
            "--workers",
            "1",
            "--ollama",
            "none",
            "--llama-server",
            "none",
            "--models",
            models.toString());
    return ServerProcess.start(command, work.resolve(name + ".log"));
  }

  double brokerCpuSeconds() throws IOException {
    return broker.process().cpuSeconds();
  }

  /// With the readers that they start.
  double nodesCpuSeconds() throws IOException {
    double sum = 0;
    for (ServerProcess node : nodes) {
      sum += node.cpuSeconds();
    }
    return sum;
  }

  /// Brings a collection up to date, and waits for that.
  Ended run(String collection, Map<String, Object> request)
      throws IOException, InterruptedException {
    String runs = "/collections/" + collection + "/runs";
    long start = System.nanoTime();
    String run = runs + "/" + client.post(runs, request).get("run").asText();
    List<Told> told = new ArrayList<>();
    JsonNode view = client.get(run);
    while (view.path("state").asText().equals("running")) {
      JsonNode progress = view.path("progress");
      told.add(
          new Told(
              (System.nanoTime() - start) / 1e9,
              progress.path("chunksEmbedded").asInt(),
              progress.path("secondsLeft").asDouble(Double.NaN)));
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      view = client.get(run);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (!view.path("state").asText().startsWith("succeeded")) {
      throw new IOException("Expected the run to succeed, but it ended so: " + view);
    }
    return new Ended(client.get(run + "/report"), seconds, told);
  }

  /// What was embedded, each text once.
  List<String> embedded(String collection) throws IOException, InterruptedException {
    URI uri =
        URI.create(
            "http://127.0.0.1:%d/api/v1/collections/%s/export"
                .formatted(broker.port(), collection));
    Map<String, String> texts = new TreeMap<>();
    for (String line :
        http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
            .body()
            .lines()
            .toList()) {
      JsonNode chunk = Json.LENIENT.readTree(line);
      String heading = chunk.path("heading").asText("");
      String text = chunk.path("text").asText();
      texts.put(chunk.path("hash").asText(), heading.isEmpty() ? text : heading + "\n" + text);
    }
    return List.copyOf(texts.values());
  }

  @Override
  public void close() {
    nodes.forEach(ServerProcess::close);
    broker.close();
  }
}
