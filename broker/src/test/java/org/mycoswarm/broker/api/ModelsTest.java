package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWeights;
import org.mycoswarm.sharding.graph.LlamaWriter;

class ModelsTest {
  /// Four layers, a megabyte.
  private static final LlamaShape SHAPE =
      new LlamaShape(256, 64, 4, 4, 2, 192, 128, 1e-5f, 10_000f);

  @TempDir Path folder;
  private BrokerUnderTest broker;
  private Path model;

  @BeforeEach
  void writeModel() throws IOException {
    broker = BrokerUnderTest.onLoopback(Files.createDirectory(folder.resolve("broker")));
    model = Files.createDirectory(folder.resolve("model"));
    new LlamaWriter(SHAPE, LlamaWriter.Layout.PLAIN, LlamaWeights.random(7))
        .writeWithExternalData(model);
    Files.writeString(model.resolve("tokenizer.json"), "{}");
    Files.writeString(
        model.resolve("config.json"), "{\"max_position_embeddings\":96,\"eos_token_id\":[1,2]}");
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void aModelIsRegisteredAndListedUntilItIsForgotten() throws IOException {
    HttpResponse<String> added = add("tiny", uploaded(), null);

    assertThat(added.statusCode()).as(added.body()).isEqualTo(201);
    JsonNode view = json(added);
    assertThat(view.path("kind").asText()).isEqualTo("decoder");
    assertThat(view.path("cuts").asInt()).isGreaterThanOrEqualTo(SHAPE.layers() - 1);
    assertThat(view.path("contextTokens").asInt()).isEqualTo(96);
    assertThat(view.path("cacheBytesPerToken").asLong())
        .isEqualTo(4L * 2 * SHAPE.layers() * SHAPE.kvHeads() * SHAPE.headSize());
    assertThat(view.path("weightBytes").asLong()).isBetween(500_000L, 2_000_000L);
    assertThat(view.path("digest").asText()).startsWith("sha256:");
    assertThat(json(broker.get("/api/v1/models")).path("items")).hasSize(1);
    assertThat(json(broker.get("/api/v1/models/" + view.path("digest").asText()))).isEqualTo(view);
    String then = "?asOf=" + broker.queue.durable().value();

    assertThat(broker.send("DELETE", "/api/v1/models/tiny", null).statusCode()).isEqualTo(204);

    assertThat(json(broker.get("/api/v1/models")).path("items")).isEmpty();
    assertProblem(
        broker.get("/api/v1/models/tiny"), 404, "not-found", "it is 'tiny'. Registered: none");
    assertThat(json(broker.get("/api/v1/models/tiny" + then))).isEqualTo(view);
    assertThat(json(broker.get("/api/v1/models" + then)).path("items")).containsExactly(view);
  }

  @Test
  void aModelThatOneNodeCanHoldIsNotCut() throws IOException {
    add("tiny", uploaded(), null);
    node("slow", 900, 1e6);
    node("quick", 800, 5e6);

    JsonNode plan = json(broker.get("/api/v1/models/tiny/plan"));

    assertThat(plan.path("fits").asText()).isEqualTo("whole");
    assertThat(plan.path("stages")).hasSize(1);
    assertThat(plan.at("/stages/0/nodeName").asText()).isEqualTo("quick");
    assertThat(plan.path("reason").asText()).contains("it is not cut");
    assertThat(plan.path("tokensPerSecond").asDouble()).isPositive();
  }

  @Test
  void aModelThatNoNodeCanHoldIsCutOverSeveral() throws IOException {
    long bytes = json(add("tiny", uploaded(), null)).path("weightBytes").asLong();
    // 64 MiB are for the work itself; what is left holds half of the model and its caches.
    node("one", 65, 1e6);
    node("two", 65, 1e6);
    node("three", 64, 9e6);

    JsonNode plan = json(broker.get("/api/v1/models/tiny/plan"));

    assertThat(plan.path("fits").asText()).as(plan.toPrettyString()).isEqualTo("sharded");
    assertThat(plan.path("stages")).hasSize(2);
    assertThat(plan.path("stages").findValuesAsText("nodeName"))
        .containsExactlyInAnyOrder("one", "two");
    assertThat(plan.at("/stages/0/weightBytes").asLong()).isLessThan(bytes);
    assertThat(plan.at("/stages/0/sendsBytes").asLong()).isEqualTo(4L * SHAPE.hidden());
    assertThat(plan.at("/stages/1/sendsBytes").asLong()).isZero();
    assertThat(plan.path("narrowest").asInt()).isBetween(0, 1);
  }

  @Test
  void aModelThatFitsNowhereIsSaidToBeInNumbers() throws IOException {
    add("tiny", uploaded(), null);
    node("one", 64, 1e6);

    JsonNode plan = json(broker.get("/api/v1/models/tiny/plan"));

    assertThat(plan.path("fits").asText()).isEqualTo("no");
    assertThat(plan.path("stages")).isEmpty();
    assertThat(plan.path("missingBytes").asLong()).isPositive();
    assertThat(plan.path("reason").asText()).contains("8 sessions of 96 tokens", "0 nodes");
  }

  private void node(String name, int mebibytes, double rate) {
    HttpResponse<String> registered =
        broker.post(
            "/api/v1/nodes",
            "{\"node\":\"%s\",\"name\":\"%s\",\"capabilities\":[{\"kind\":\"shard-forward\",\"device\":\"cpu\",\"rate\":%s}],\"detail\":{},\"resources\":{\"ramMiB\":%d}}"
                .formatted(name, name, rate, mebibytes));
    assertThat(registered.statusCode()).as(registered.body()).isIn(200, 201);
  }

  @Test
  void theSameFilesHaveTheSameDigestUnderAnyName() throws IOException {
    List<Map<String, Object>> files = uploaded();

    String one = json(add("one", files, null)).path("digest").asText();
    String other = json(add("other", files.reversed(), null)).path("digest").asText();

    assertThat(one).isEqualTo(other);
  }

  @Test
  void aModelWithoutAllItsFilesIsRefused() throws IOException {
    Files.delete(model.resolve("model.onnx_data"));

    assertProblem(add("tiny", uploaded(), null), 422, "unprocessable", "model.onnx_data");
    assertThat(json(broker.get("/api/v1/models")).path("items")).isEmpty();
  }

  @Test
  void aCutOffModelIsRefused() throws IOException {
    Path data = model.resolve("model.onnx_data");
    byte[] bytes = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(bytes, bytes.length / 2));

    assertProblem(add("tiny", uploaded(), null), 422, "unprocessable", "was not registered");
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    Files.writeString(model.resolve("model.onnx"), "I am a poem.");

    assertProblem(add("tiny", uploaded(), null), 422, "unprocessable", "was not registered");
  }

  @Test
  void aDecoderNeedsItsTokenizer() throws IOException {
    Files.delete(model.resolve("tokenizer.json"));

    assertProblem(add("tiny", uploaded(), null), 422, "unprocessable", "Expected 'tokenizer.json'");
  }

  @Test
  void ofSeveralGraphsOneHasToBeNamed() throws IOException {
    Files.copy(model.resolve("model.onnx"), model.resolve("model_fp16.onnx"));
    List<Map<String, Object>> files = uploaded();

    assertProblem(add("tiny", files, null), 422, "unprocessable", "Expected one .onnx file");
    assertProblem(add("tiny", files, "none.onnx"), 422, "unprocessable", "'none.onnx'");
    assertThat(add("tiny", files, "model.onnx").statusCode()).isEqualTo(201);
  }

  @Test
  void aFileThatWasNotUploadedIsNamed() {
    List<Map<String, Object>> files =
        List.of(Map.of("path", "model.onnx", "blob", "ab".repeat(32), "bytes", 3));

    assertProblem(
        add("tiny", files, null), 422, "unprocessable", "Expected the bytes of 'model.onnx'");
  }

  @Test
  void aNameThatIsNoneIsRefused() throws IOException {
    assertProblem(add("../etc", uploaded(), null), 400, "bad-request", "nothing was registered");
  }

  @Test
  void onlyAnEncoderTakesTextsAndOnlyInOrder() throws IOException {
    add("tiny", uploaded(), null);
    Frame texts = new Frame("{\"ids\":[[1,2]]}", List.of());

    assertProblem(
        forward("none", texts), 404, "not-found", "Expected the name or digest of a registered");
    assertProblem(
        forward("tiny", texts),
        422,
        "unprocessable",
        "Expected an encoder, but 'tiny' is a decoder");
  }

  private HttpResponse<String> forward(String model, Frame frame) {
    byte[] body = new byte[frame.encode().remaining()];
    frame.encode().get(body);
    return broker.send(
        HttpRequest.newBuilder(broker.uri("/api/v1/models/" + model + "/forward"))
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(body))
            .build());
  }

  private HttpResponse<String> add(
      String name, List<Map<String, Object>> files, @Nullable String graph) {
    Map<String, Object> submission =
        graph == null
            ? Map.of("name", name, "files", files)
            : Map.of("name", name, "files", files, "graph", graph);
    return broker.post("/api/v1/models", text(submission));
  }

  /// Every file of the model's folder, sent to the broker.
  private List<Map<String, Object>> uploaded() throws IOException {
    try (Stream<Path> files = Files.list(model)) {
      return files.sorted().map(this::uploaded).toList();
    }
  }

  private Map<String, Object> uploaded(Path file) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      HttpResponse<String> stored =
          broker.send(
              HttpRequest.newBuilder(broker.uri("/api/v1/blobs/" + hash))
                  .header("Content-Type", "application/octet-stream")
                  .PUT(BodyPublishers.ofByteArray(bytes))
                  .build());
      assertThat(stored.statusCode()).isIn(200, 201);
      return Map.of("path", file.getFileName().toString(), "blob", hash, "bytes", bytes.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(Object value) {
    try {
      return Json.LENIENT.writeValueAsString(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
