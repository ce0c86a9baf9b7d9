package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.Samples;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.cli.client.Wire;

/// Models on the command line.
class ModelsCommandsTest {
  private static final String LLAMA =
      """
      {"name":"llama","digest":"sha256:0123456789abcdef","kind":"decoder","weightBytes":1073741824,
       "cuts":15,"cacheBytesPerToken":32768,"contextTokens":2048,"added":"2026-11-23T12:00:00Z",
       "files":[{"path":"model.onnx","blob":"%s","bytes":9}]}"""
          .formatted("ab".repeat(32));
  private static final String PLAN =
      """
      {"model":"llama","digest":"sha256:0123456789abcdef","fits":"sharded","contextTokens":2048,
       "sessions":1,"reason":"no node has 1.1 GiB free, two together have","narrowest":1,
       "tokensPerSecond":12.5,"tokensPerSecondMany":20.25,"stages":[
       {"stage":0,"node":"n1","nodeName":"attic","weightBytes":524288000,"cacheBytes":33554432,
        "freeBytes":1073741824,"millisPerToken":30.06,"sendsBytes":4096},
       {"stage":1,"node":"n2","nodeName":"cellar","weightBytes":549453824,"cacheBytes":33554432,
        "freeBytes":629145600,"millisPerToken":50,"sendsBytes":0}]}""";

  @TempDir private Path folder;
  private final SmallBroker broker = new SmallBroker();

  @BeforeEach
  void limits() {
    broker.on("GET /api/v1/limits", 200, Samples.limits(1 << 20));
    broker.on("POST /api/v1/models", 201, LLAMA);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void aFolderIsSentWithItsGraphItsWeightsAndTheJsonBeside() throws IOException {
    graph("llama/model.onnx", "model.onnx_data");
    write("llama/model.onnx_data", "weights");
    write("llama/tokenizer.json", "{}");
    write("llama/README.md", "not a part of it");

    Outcome added = run("models", "add", folder.resolve("llama").toString());

    assertThat(added.exit()).as(added.err()).isZero();
    assertThat(added.out().lines())
        .containsExactly(
            "Model llama (sha256:0123456789ab): decoder, 1.0 GiB of weights, can be cut in 15"
                + " places, up to 2,048 tokens.",
            "How it would run: ./mycoswarm models plan llama");
    JsonNode submitted = submitted();
    assertThat(submitted.path("name").asText()).isEqualTo("llama");
    assertThat(submitted.path("graph").asText()).isEqualTo("model.onnx");
    assertThat(submitted.path("files").findValuesAsText("path"))
        .containsExactly("model.onnx", "model.onnx_data", "tokenizer.json");
    assertThat(broker.blobs())
        .containsKeys(submitted.path("files").findValuesAsText("blob").toArray(new String[0]));
    assertThat(submitted.path("files").path(1).path("bytes").asInt()).isEqualTo(7);
  }

  @Test
  void aGraphInTheFolderOnnxBelongsToTheTokenizerAbove() throws IOException {
    graph("llama/onnx/model.onnx", "model.onnx_data");
    graph("llama/onnx/model_fp16.onnx");
    write("llama/onnx/model.onnx_data", "weights");
    write("llama/tokenizer.json", "{}");

    run("models", "add", folder.resolve("llama").toString());
    assertThat(submitted().path("files").findValuesAsText("path"))
        .containsExactly("onnx/model.onnx", "onnx/model.onnx_data", "tokenizer.json");

    run("models", "add", folder.resolve("llama/onnx/model_fp16.onnx").toString(), "--name=half");
    assertThat(submitted().path("name").asText()).isEqualTo("half");
    assertThat(submitted().path("graph").asText()).isEqualTo("onnx/model_fp16.onnx");
    assertThat(submitted().path("files").findValuesAsText("path"))
        .containsExactly("onnx/model_fp16.onnx", "tokenizer.json");
  }

  @Test
  void whatTheBrokerHasIsNotSentAgain() throws IOException {
    graph("llama/model.onnx");
    run("models", "add", folder.resolve("llama").toString());
    int before = broker.requests().size();

    Outcome again = run("models", "add", folder.resolve("llama").toString(), "--json");

    assertThat(broker.requests().stream().skip(before).map(SmallBroker.Request::line))
        .noneMatch(line -> line.startsWith("PUT"))
        .anyMatch(line -> line.startsWith("HEAD"));
    assertThat(Wire.tree(again.out().getBytes(UTF_8))).isEqualTo(Wire.tree(LLAMA.getBytes(UTF_8)));
  }

  @Test
  void whatIsNoWholeModelIsSaid() throws IOException {
    graph("cut/model.onnx", "model.onnx_data");
    graph("out/model.onnx", "../secret");
    graph("two/a.onnx");
    graph("two/b.onnx");
    write("text/model.onnx", "hello");
    write("none/tokenizer.json", "{}");
    graph("large/model.onnx");
    write("large/config.json", "x".repeat(2 << 20));

    assertFails("gone", 4, "to be a folder or a file that ends in .onnx, but it does not exist");
    assertFails("none", 4, "' or its folder 'onnx', but there is none");
    assertFails("none/tokenizer.json", 4, "a file that ends in .onnx, but it is neither");
    assertFails("cut", 4, "/model.onnx_data', but there is no such file; bring it, too");
    assertFails("out", 1, "in its folder, but they are in '../secret'");
    assertFails("two", 2, "but there are a.onnx, b.onnx; name the one that you mean");
    assertFails("text", 1, "to be an ONNX graph, but it is ");
    Outcome large = run("models", "add", folder.resolve("large").toString());
    assertThat(large.err())
        .contains(
            "Expected files of at most 1.0 MiB, which the broker takes, but 'config.json' has 2.0"
                + " MiB. Nothing was sent.");
    assertThat(broker.requests()).noneMatch(request -> request.line().startsWith("PUT"));
  }

  @Test
  void modelsAreATable() {
    broker.on("GET /api/v1/models", 200, "{\"items\":[%s]}".formatted(LLAMA));

    assertThat(run("models", "list").out().lines())
        .containsExactly(
            "NAME   DIGEST               KIND     WEIGHTS  CUTS  CONTEXT  FILES  ADDED",
            "llama  sha256:0123456789ab  decoder  1.0 GiB  15    2,048    1      2026-11-23T12:00:00Z");
    assertThat(run("models", "ls", "--json").out()).contains("\"sha256:0123456789abcdef\"");
  }

  @Test
  void aPlanNamesTheMachinesWhatTheyHoldAndHowFastItIs() {
    broker.on("GET /api/v1/models/llama/plan", 200, PLAN);

    Outcome plan = run("models", "plan", "llama");

    assertThat(plan.exit()).isZero();
    assertThat(plan.out().lines())
        .containsExactly(
            "llama, for 1 session of 2,048 tokens: no node has 1.1 GiB free, two together have",
            "STAGE  NODE    WEIGHTS    CACHE     FREE       MS/TOKEN  SENDS/TOKEN  NOTE",
            "0      attic   500.0 MiB  32.0 MiB  1.0 GiB    30.1      4.0 KiB",
            "1      cellar  524.0 MiB  32.0 MiB  600.0 MiB  50.0                   takes longest",
            "Predicted: 12.5 tokens/s of one session alone, 20.3 tokens/s of many together");
  }

  @Test
  void aModelThatFitsNowhereEndsWithOne() {
    broker.on(
        "GET /api/v1/models/llama/plan",
        200,
        """
        {"model":"llama","digest":"sha256:0","fits":"no","contextTokens":2048,"sessions":2,
         "reason":"all nodes together have too little memory","stages":[],"missingBytes":5368709120}""");

    Outcome plan = run("models", "plan", "llama");

    assertThat(plan.exit()).isEqualTo(1);
    assertThat(plan.out().lines())
        .containsExactly(
            "llama, for 2 sessions of 2,048 tokens: all nodes together have too little memory",
            "Missing: 5.0 GiB of memory");
  }

  @Test
  void ofAModelWithoutSessionsNoneAreCounted() {
    broker.on(
        "GET /api/v1/models/minilm/plan",
        200,
        """
        {"model":"minilm","digest":"sha256:0","fits":"no","contextTokens":0,"sessions":0,
         "reason":"no node can compute stages","stages":[]}""");

    assertThat(run("models", "plan", "minilm").out())
        .isEqualTo("minilm: no node can compute stages\n");
  }

  @Test
  void aModelIsForgotten() {
    broker.on("GET /api/v1/models/llama", 200, LLAMA);
    broker.on("DELETE /api/v1/models/llama", 204, "");

    assertThat(run("models", "rm", "llama").out()).isEqualTo("Model llama is forgotten.\n");
    assertThat(run("models", "rm", "other").exit()).isEqualTo(4);
  }

  @Test
  void whatCanBeDoneIsSaid() {
    assertThat(run("models").err()).startsWith("Expected `models add`, `list`, `plan` or `rm`.");
  }

  private void assertFails(String path, int exit, String words) {
    Outcome outcome = run("models", "add", folder.resolve(path).toString());
    assertThat(outcome.err())
        .startsWith("Expected ")
        .contains(words)
        .contains(". Nothing was registered.");
    assertThat(outcome.exit()).isEqualTo(exit);
  }

  private JsonNode submitted() {
    return Wire.tree(
        broker.requests().stream()
            .filter(request -> request.line().equals("POST /api/v1/models"))
            .reduce((_, last) -> last)
            .orElseThrow()
            .body());
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /// An ONNX file whose tensors lie in other files.
  private void graph(String path, String... weights) throws IOException {
    ByteArrayOutputStream graph = new ByteArrayOutputStream();
    graph.writeBytes(field(2, "a graph".getBytes(UTF_8)));
    for (String file : weights) {
      byte[] location =
          concat(field(1, "location".getBytes(UTF_8)), field(2, file.getBytes(UTF_8)));
      byte[] tensor = concat(field(8, "weight".getBytes(UTF_8)), field(13, location));
      graph.writeBytes(field(5, tensor));
    }
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    byte[] version = {8, 10}; // a number: ir_version
    Files.write(file, concat(version, field(7, graph.toByteArray())));
  }

  private static byte[] field(int number, byte[] value) {
    byte[] head = {(byte) ((number << 3) | 2), (byte) ((value.length & 0x7f) | 0x80), 0};
    head[2] = (byte) (value.length >> 7);
    return concat(head, value);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private Outcome run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--broker=" + broker.url();
    return new CommandLineUnderTest(folder).run(all);
  }
}
