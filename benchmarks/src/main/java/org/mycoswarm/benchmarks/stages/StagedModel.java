package org.mycoswarm.benchmarks.stages;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mycoswarm.benchmarks.Client;
import org.mycoswarm.benchmarks.broker.RunningBroker;

/// A broker process, and the model in so many stages on as many nodes.
public final class StagedModel implements AutoCloseable {
  private final RunningBroker broker;
  private final List<StandIn> nodes;
  private final Ticks ticks;
  private final int stages;
  private final HttpClient http = HttpClient.newHttpClient();

  private StagedModel(RunningBroker broker, List<StandIn> nodes, Ticks ticks) {
    this.broker = broker;
    this.nodes = nodes;
    this.ticks = ticks;
    this.stages = nodes.size();
  }

  /// Writes the model that all of them run.
  public static void write(Path folder) throws IOException {
    Wide.write(folder);
  }

  /// As the other, with nothing between the stages and the broker but this machine's loopback.
  public static StagedModel start(Path lib, Path home, Path model, int stages, double stageMillis)
      throws IOException, InterruptedException {
    return start(lib, home, model, stages, stageMillis, 0);
  }

  /// @param lib the program's jars
  /// @param stageMillis what a step takes in each stage
  /// @param wayMillis what a message takes longer between a stage and the broker, each way
  /// @throws IOException when the model does not run in so many stages
  public static StagedModel start(
      Path lib, Path home, Path model, int stages, double stageMillis, double wayMillis)
      throws IOException, InterruptedException {
    StandIn.Times times = new StandIn.Times(stageMillis, wayMillis);
    RunningBroker broker =
        RunningBroker.start(lib, home, List.of(), List.of("--stage-wire", "f32"));
    String url = "http://127.0.0.1:" + broker.port();
    Ticks ticks = new Ticks();
    List<StandIn> nodes = new ArrayList<>();
    StagedModel made = null;
    try {
      Client client = new Client(url);
      Wide.register(model, client);
      for (int k = 0; k < stages; k++) {
        nodes.add(StandIn.start(url, "stage-" + k, Wide.ramMiB(stages), times, ticks));
      }
      made = new StagedModel(broker, nodes, ticks);
      made.requirePlan(client);
      return made;
    } finally {
      if (made == null) {
        nodes.forEach(StandIn::close);
        broker.close();
      }
    }
  }

  private void requirePlan(Client client) throws IOException, InterruptedException {
    JsonNode found = client.get("/nodes");
    while (found.get("items").size() < stages) {
      TimeUnit.MILLISECONDS.sleep(20);
      found = client.get("/nodes");
    }
    JsonNode plan = client.get("/models/" + Wide.NAME + "/plan");
    if (plan.get("stages").size() != stages) {
      throw new IOException("Expected a plan of %d stages, but it is %s".formatted(stages, plan));
    }
  }

  /// Lets so many texts of so many tokens be written at a time.
  ///
  /// @return tokens a second of all together
  public double tokensPerSecond(int texts, int tokens) throws IOException {
    ticks.clear();
    List<CompletableFuture<HttpResponse<String>>> answers =
        Stream.generate(() -> http.sendAsync(request(tokens), HttpResponse.BodyHandlers.ofString()))
            .limit(texts)
            .toList();
    for (CompletableFuture<HttpResponse<String>> answer : answers) {
      HttpResponse<String> got = answer.join();
      if (got.statusCode() != 200) {
        throw new IOException(got.statusCode() + " " + got.body());
      }
    }
    return ticks.tokensPerSecond();
  }

  /// Milliseconds from one stage to the next in the last measurement, which was of one text: the
  /// median.
  public double hopMillis() {
    return ticks.hop();
  }

  public int stages() {
    return stages;
  }

  private HttpRequest request(int tokens) {
    String body =
        "{\"model\":\"%s\",\"max_tokens\":%d,\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"
            .formatted(Wide.NAME, tokens);
    return HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:%d/v1/chat/completions".formatted(broker.port())))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  @Override
  public void close() {
    nodes.forEach(StandIn::close);
    http.shutdownNow();
    broker.close();
  }
}
