package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.Samples;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.cli.client.Wire;

/// Models that answer, on the command line.
class GenerateCommandTest {
  private static final String CALL = "POST /v1/chat/completions";

  @TempDir private Path folder;
  private final SmallBroker broker = new SmallBroker();
  private final CommandLineUnderTest line = new CommandLineUnderTest(Path.of("nowhere"));

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void theAnswerIsPrintedInItsPieces() {
    streams(piece("Because"), piece(" of\\n\\u001b[31mRayleigh"), end("stop"), "[DONE]");

    Outcome outcome =
        run(
            "generate",
            "--model=llama",
            "--max-tokens=20",
            "--temperature=0.5",
            "--top-p=0.9",
            "--seed=7",
            "--stop=END",
            "--stop=\n\n",
            "why",
            "blue?");

    assertThat(outcome.exit()).as(outcome.err()).isZero();
    assertThat(outcome.out()).isEqualTo("Because of\n?[31mRayleigh\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(asked())
        .isEqualTo(
            Wire.tree(
                """
                {"model":"llama","messages":[{"role":"user","content":"why blue?"}],"max_tokens":20,
                 "temperature":0.5,"top_p":0.9,"seed":7,"stop":["END","\\n\\n"],"stream":true}"""
                    .getBytes(UTF_8)));
  }

  @Test
  void aPromptIsReadFromStandardInput() {
    streams(piece("yes"), end("stop"), "[DONE]");

    line.input("a long\nletter\n");
    run("generate", "--model", "llama", "-");

    assertThat(asked().at("/messages/0/content").asText()).isEqualTo("a long\nletter");
    assertThat(asked().has("max_tokens")).isFalse();
  }

  @Test
  void anAnswerThatIsCutSaysSo() {
    streams(piece("Because"), end("length"), "[DONE]");

    Outcome outcome = run("generate", "--model", "llama", "why");

    assertThat(outcome.exit()).isZero();
    assertThat(outcome.err())
        .isEqualTo("The answer ends where it may not be longer; --max-tokens says how long.\n");
  }

  @Test
  void theWholeAnswerCanBeHadAtOnce() {
    broker.on(
        CALL,
        200,
        "{\"choices\":[{\"message\":{\"content\":\"Because\"},\"finish_reason\":\"stop\"}]}");

    assertThat(run("generate", "--model", "llama", "--no-stream", "why").out())
        .isEqualTo("Because\n");
    assertThat(run("generate", "--model", "llama", "--json", "why").out())
        .contains("\"finish_reason\" : \"stop\"");
    assertThat(asked().path("stream").asBoolean()).isFalse();
  }

  @Test
  void aRefusalInTheShapeOfOpenAiIsASentence() {
    broker.on(
        CALL,
        404,
        "{\"error\":{\"message\":\"The model 'x' does not exist or no node has it. Known:"
            + " llama.\",\"type\":\"invalid_request_error\"}}");

    Outcome outcome = run("generate", "--model", "x", "why");

    assertThat(outcome.exit()).isEqualTo(4);
    assertThat(outcome.err())
        .isEqualTo("The model 'x' does not exist or no node has it. Known: llama.\n");
  }

  @Test
  void anAnswerThatBreaksOffIsNoWholeOne() {
    streams(piece("Because"));
    Outcome cut = run("generate", "--model", "llama", "why");
    assertThat(cut.exit()).isEqualTo(1);
    assertThat(cut.out()).isEqualTo("Because\n");
    assertThat(cut.err())
        .isEqualTo(
            "Expected the answer to go on to its end, but it broke off (the connection ended). What"
                + " is there is a part of it; ask again.\n");

    streams(piece("Because"), "{\"error\":{\"message\":\"The node is gone.\"}}");
    Outcome failed = run("generate", "--model", "llama", "why");
    assertThat(failed.exit()).isEqualTo(5);
    assertThat(failed.err()).isEqualTo("The node is gone.\n");
  }

  @Test
  void whatIsNoBrokerIsSaidToBeNone() {
    broker.on(CALL, 500, "{\"hello\":1}");

    Outcome outcome = run("generate", "--model", "llama", "why");

    assertThat(outcome.exit()).isEqualTo(3);
    assertThat(outcome.err()).contains("what answers there (status 500) is none");
  }

  @Test
  void aPromptOrAFileIsNeeded() {
    assertThat(run("generate", "--model", "llama").err())
        .isEqualTo("Expected either a prompt or --file with many of them, but there is neither.\n");
    assertThat(run("generate", "--model", "llama", "--file", "x", "why").err())
        .endsWith("but there is both.\n");
  }

  @Test
  void manyPromptsAreTasksOfAJobAndEachAnswerIsALine() throws IOException {
    nodes();
    broker.on("POST /api/v1/jobs", 201, Samples.job("j", "running"));
    broker.on("GET /api/v1/jobs/j", 200, Samples.job("j", "succeeded"));
    broker.on("GET /api/v1/jobs/j/events", 200, "event: end\ndata: {}\n\n");
    String blob = "ab".repeat(32);
    broker.blobs().put(blob, "a long answer".getBytes(UTF_8));
    broker.on(
        "GET /api/v1/jobs/j/tasks",
        200,
        "{\"items\":[%s,%s,%s]}"
            .formatted(
                task(0, "line 1", "succeeded", "\"text\":\"Because\""),
                task(1, "letter", "succeeded", "\"blob\":\"" + blob + "\""),
                task(2, "line 4", "buried", null)));
    Path prompts =
        Files.writeString(
            folder.resolve("prompts.jsonl"),
            """
            "why blue?"
            {"label":"letter","prompt":"write"}

            {"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"hi"}]}
            """);
    Path out = folder.resolve("answers.jsonl");

    Outcome outcome =
        run(
            "generate",
            "--model=llama",
            "--file=" + prompts,
            "--out=" + out,
            "--key=k",
            "--seed=3");

    assertThat(outcome.exit()).as(outcome.err()).isEqualTo(1);
    assertThat(Files.readAllLines(out))
        .containsExactly(
            "{\"task\":0,\"label\":\"line 1\",\"model\":\"sha256:m\",\"text\":\"Because\",\"finish\":\"stop\",\"promptTokens\":3,\"completionTokens\":5}",
            "{\"task\":1,\"label\":\"letter\",\"model\":\"sha256:m\",\"text\":\"a long answer\",\"finish\":\"stop\",\"promptTokens\":3,\"completionTokens\":5}");
    assertThat(outcome.err())
        .contains("Submitted 3 prompts as 1 job. Key k")
        .contains("Not answered: line 4 (the model's server is gone)");
    SmallBroker.Request submitted =
        broker.requests().stream()
            .filter(request -> request.line().equals("POST /api/v1/jobs"))
            .findFirst()
            .orElseThrow();
    assertThat(submitted.header("Idempotency-key")).contains("k/1");
    JsonNode tasks = Wire.tree(submitted.body()).path("tasks");
    assertThat(tasks.findValuesAsText("label")).containsExactly("line 1", "letter", "line 4");
    assertThat(tasks.path(2).toString())
        .isEqualTo(
            "{\"kind\":\"generate\",\"model\":\"sha256:m\",\"label\":\"line 4\",\"payload\":{\"model\":\"sha256:m\",\"messages\":[{\"role\":\"system\",\"content\":\"be brief\"},{\"role\":\"user\",\"content\":\"hi\"}],\"sampling\":{\"tokensMax\":1024,\"seed\":3}},\"cost\":1024}");
  }

  @Test
  void aModelThatNoNodeOffersIsNamedWithThoseThatAre() throws IOException {
    nodes();
    Path prompts = Files.writeString(folder.resolve("p.jsonl"), "\"why\"\n");

    Outcome outcome = run("generate", "--model=gemma", "--file=" + prompts);

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualTo(
            "Expected a model that a node offers to 'generate' with, or one that is registered, but"
                + " 'gemma' is neither; nodes offer llama. Nothing was submitted.\n");
  }

  @Test
  void aModelThatIsCutIsAskedOnePromptAfterTheOther() throws IOException {
    nodes();
    broker.on(
        "GET /api/v1/models/big",
        200,
        """
        {"name":"big","digest":"sha256:b","kind":"decoder","weightBytes":1,"cuts":1,
         "cacheBytesPerToken":1,"contextTokens":9,"files":[],"added":"2026-11-23T12:00:00Z"}""");
    broker.on(
        CALL,
        exchange -> {
          boolean first = broker.requests().getLast().body().length < 150;
          SmallBroker.json(
              exchange,
              first ? 200 : 400,
              "application/json",
              first
                  ? "{\"choices\":[{\"message\":{\"content\":\"Because\"},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":1}}"
                  : "{\"error\":{\"message\":\"The prompt is too long.\"}}");
        });
    Path prompts =
        Files.writeString(
            folder.resolve("p.jsonl"), "\"why\"\n\"%s\"\n".formatted("long ".repeat(50)));

    Outcome outcome = run("generate", "--model=big", "--file=" + prompts, "--max-tokens=5");

    assertThat(outcome.exit()).isEqualTo(1);
    assertThat(outcome.out())
        .isEqualTo(
            "{\"task\":0,\"label\":\"line 1\",\"model\":\"sha256:b\",\"text\":\"Because\",\"finish\":\"stop\",\"promptTokens\":3,\"completionTokens\":1}\n");
    assertThat(outcome.err()).contains("Not answered: line 2 (The prompt is too long.)");
  }

  @Test
  void aLineThatIsNoPromptIsNamed() throws IOException {
    Path prompts = Files.writeString(folder.resolve("p.jsonl"), "\"why\"\n{\"ask\":\"me\"}\n");

    Outcome outcome = run("generate", "--model=llama", "--file=" + prompts);

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err())
        .isEqualTo(
            "Expected a JSON text, or an object with 'prompt' or 'messages', in line 2 of '%s', but it is another thing. Nothing was submitted.\n"
                .formatted(prompts));
    assertThat(run("generate", "--model=llama", "--file=none").exit()).isEqualTo(4);
    Files.writeString(prompts, "\n");
    assertThat(run("generate", "--model=llama", "--file=" + prompts).err())
        .contains("Expected a prompt a line in", "but there is none. Nothing was submitted.");
  }

  private void nodes() {
    broker.on(
        "GET /api/v1/nodes",
        200,
        """
        {"items":[{"node":"n1","name":"attic","state":"online","mode":"active",
          "registeredAt":"2026-11-23T12:00:00Z","submitters":[],"leases":[],"detail":{},
          "capabilities":[{"kind":"chunk","device":"cpu","rate":1},
            {"kind":"generate","model":"sha256:m","modelName":"llama","device":"gpu","rate":1}]}]}""");
  }

  private static String task(int number, String label, String state, @Nullable String result) {
    return """
        {"task":"j.%1$d","job":"j","number":%1$d,"kind":"generate","label":"%2$s","state":"%3$s",
         "maxAttempts":3,"cost":1,"after":[],"last":false,"attempts":[]%4$s}"""
        .formatted(
            number,
            label,
            state,
            result == null
                ? ",\"reason\":\"the model's server is gone\""
                : ",\"result\":{%s,\"finish\":\"stop\",\"promptTokens\":3,\"completionTokens\":5,\"server\":\"ollama\"}"
                    .formatted(result));
  }

  private JsonNode asked() {
    return Wire.tree(broker.requests().getLast().body());
  }

  private void streams(String... messages) {
    StringBuilder body = new StringBuilder();
    for (String message : messages) {
      body.append("data: ").append(message).append("\n\n");
    }
    broker.on(
        CALL, exchange -> SmallBroker.json(exchange, 200, "text/event-stream", body.toString()));
  }

  private static String piece(String text) {
    return "{\"choices\":[{\"delta\":{\"content\":\"%s\"},\"finish_reason\":null}]}"
        .formatted(text);
  }

  private static String end(String finish) {
    return "{\"choices\":[{\"delta\":{},\"finish_reason\":\"%s\"}]}".formatted(finish);
  }

  private Outcome run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--broker=" + broker.url();
    return line.run(all);
  }
}
