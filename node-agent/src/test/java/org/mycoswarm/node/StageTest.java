package org.mycoswarm.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.inference.shard.Sampler;
import org.mycoswarm.inference.shard.StageRunner;
import org.mycoswarm.inference.shard.StageSpec;
import org.mycoswarm.node.client.Sha256;
import org.mycoswarm.node.client.Token;
import org.mycoswarm.node.work.ShardForwardExecutor;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.EmbedPayload;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.Sampling;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.schema.wire.StageOpen;
import org.mycoswarm.schema.wire.StagePayload;
import org.mycoswarm.schema.wire.StageWeight;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.Tensor;
import org.mycoswarm.sharding.graph.Cut;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWeights;
import org.mycoswarm.sharding.graph.LlamaWriter;
import org.mycoswarm.sharding.graph.OnnxModel;
import org.mycoswarm.sharding.graph.StageGraph;

/// A node that is a stage, or several: it fetches what it needs and no more, computes what the
/// whole model computes, and lets go when it has to.
class StageTest {
  private static final LlamaShape SHAPE =
      new LlamaShape(1_024, 64, 4, 4, 2, 176, 256, 1e-5f, 10_000f);
  private static final Path TOKENIZER =
      Path.of("..", "inference", "src", "test", "resources", "kjv-tiny", "tokenizer.json");
  private static final int[] PROMPT = {66, 101, 300, 12, 7};
  private static final int ANSWER = 12;

  @TempDir static Path model;
  private static List<StageGraph> stages;
  private static List<Integer> expected;

  @TempDir Path home;
  private volatile long calls;

  @BeforeAll
  static void writeModel() throws Exception {
    new LlamaWriter(SHAPE, LlamaWriter.Layout.PLAIN, LlamaWeights.random(5)).write(model);
    GraphCutter cutter = new GraphCutter(OnnxModel.read(model, LlamaWriter.MODEL));
    List<Cut> cuts = cutter.cuts();
    stages = cutter.split(List.of(cuts.get(cuts.size() / 2)));
    expected = greedily();
  }

  @Test
  void twoStagesOnOneWorkerAnswerAsTheWholeModelDoesAndTheNodeGoesOnEmbedding() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode node = RunningNode.startAt(home, door.url())) {
      StageDoor.Line first = hold(broker, door, 0, StageManifest.EXACT);
      StageDoor.Line second = hold(broker, door, 1, StageManifest.EXACT);
      String model = node.model("all-minilm-l6-v2");
      String other =
          broker.task(
              "embed",
              model,
              "beside",
              EmbedPayload.ofTexts(model, EmbedPayload.PASSAGE, List.of("a mushroom")),
              30);

      List<StageAnswer> answers = generate(first, second, greedy(List.of()));

      assertThat(answers.stream().map(StageAnswer::token)).isEqualTo(expected);
      assertThat(answers.getLast().finish()).isEqualTo("length");
      assertThat(broker.awaitReport(other).status()).isEqualTo("completed");
      assertThat(door.requests.get(0))
          .startsWith("GET /api/v1/pipelines/p1/stages/0?lease=task-1-1 HTTP/1.1")
          .contains("mycoswarm.stage.1");
    }
  }

  @Test
  void halvedOnTheWayTheTokensStay() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode _ = RunningNode.startAt(home, door.url())) {
      StageDoor.Line first = hold(broker, door, 0, StageManifest.HALF);
      StageDoor.Line second = hold(broker, door, 1, StageManifest.HALF);

      List<StageAnswer> answers = generate(first, second, greedy(List.of()));

      assertThat(answers.stream().map(StageAnswer::token)).isEqualTo(expected);
    }
  }

  @Test
  void aNodeFetchesOnlyTheWeightsOfItsStageAndChecksThem() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode _ = RunningNode.startAt(home, door.url())) {
      StageManifest sound = manifest(broker, 0, StageManifest.EXACT);
      StageWeight weight = sound.weights().get(0);
      StageWeight wrong =
          new StageWeight(
              weight.name(),
              weight.type(),
              weight.shape(),
              weight.blob(),
              weight.offset(),
              weight.bytes(),
              "00".repeat(32));
      String lease = lease(broker, 0, with(sound, wrong));

      assertThat(broker.awaitReport(lease).reason())
          .startsWith(
              "Expected the weight '%s' with the SHA-256 '%s', but the bytes that came have '"
                  .formatted(weight.name(), "00".repeat(32)))
          .endsWith("'; they are dropped and fetched anew at the next try");
      hold(broker, door, 0, StageManifest.EXACT);
      assertThat(cached()).contains(weight.sha256()).doesNotContain("00".repeat(32));
      assertThat(cached()).hasSize(stages.get(0).weights().size() + 2);
    }
  }

  @Test
  void aDamagedFileOfTheCacheIsFetchedAnew() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode _ = RunningNode.startAt(home, door.url())) {
      StageManifest sound = manifest(broker, 0, StageManifest.EXACT);
      StageWeight weight = sound.weights().get(0);
      Path folder = Files.createDirectories(home.resolve("weights"));
      Files.write(folder.resolve(weight.sha256()), new byte[(int) weight.bytes()]);

      hold(broker, door, 0, StageManifest.EXACT);

      assertThat(Sha256.of(Files.readAllBytes(folder.resolve(weight.sha256()))))
          .isEqualTo(weight.sha256());
    }
  }

  @Test
  void callsThatAreNotInOrderAreRefusedAndTheStageGoesOn() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode _ = RunningNode.startAt(home, door.url())) {
      StageDoor.Line line = hold(broker, door, 0, StageManifest.EXACT);

      assertThat(refused(line, call(StageCall.STEP, 3, "s", 0L, List.of(5), null), 410))
          .isEqualTo("Expected epoch 7 of this stage, but the call is of 3; nothing is done");
      assertThat(refused(line, call(StageCall.STEP, 7, "s", 0L, List.of(5), null), 404))
          .startsWith("Expected the session 's' on this stage, but it is not open here");
      assertThat(refused(line, call("dance", 7, "s", 0L, List.of(5), null), 400))
          .isEqualTo("Expected a call that a stage knows, but it is 'dance'");
      assertThat(refused(line, call(StageCall.STEP, 7, "s", 0L, null, null), 400))
          .isEqualTo("Expected 'ids' in the call, but it is absent; nothing is done");
      StageOpen large = new StageOpen(256, 1, null);
      ask(line, call(StageCall.OPEN, 7, "s", null, null, large), List.of());
      assertThat(refused(line, call(StageCall.OPEN, 7, "t", null, null, large), 507))
          .startsWith("Expected room for a cache of ");
      assertThat(refused(line, call(StageCall.STEP, 7, "s", 5L, List.of(5), null), 409))
          .startsWith("Expected position 0 of the session 's', but the step begins at 5");
      assertThat(refused(line, call(StageCall.STEP, 7, "s", 0L, List.of(99_999), null), 400))
          .startsWith("Expected tokens of this model's vocabulary");
      Frame fine = ask(line, call(StageCall.STEP, 7, "s", 0L, List.of(5), null), List.of());
      assertThat(fine.tensors()).hasSize(1);
    }
  }

  @Test
  void theFirstStageMakesTokensOfTextAndOfMessages() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode _ = RunningNode.startAt(home, door.url())) {
      StageDoor.Line line = hold(broker, door, 0, StageManifest.EXACT);

      StageAnswer plain =
          header(ask(line, tokenize("And God said", null), List.of()), StageAnswer.OK);
      List<ChatMessage> messages = List.of(new ChatMessage(ChatMessage.USER, "And God said"));
      StageAnswer chat = header(ask(line, tokenize(null, messages), List.of()), StageAnswer.OK);

      assertThat(plain.ids()).isNotEmpty().isEqualTo(chat.ids());
    }
  }

  @Test
  void aLineThatBreaksIsOpenedAnewAndTheSessionsAreStillThere() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode _ = RunningNode.startAt(home, door.url())) {
      StageDoor.Line line = hold(broker, door, 0, StageManifest.EXACT);
      open(line, greedy(List.of()));
      Frame before = ask(line, call(StageCall.STEP, 7, "s", 0L, ids(PROMPT), null), List.of());

      line.close();
      Frame again =
          ask(door.line(), call(StageCall.STEP, 7, "s", 0L, ids(PROMPT), null), List.of());

      assertThat(again.tensors()).isEqualTo(before.tensors());
    }
  }

  @Test
  void aStageWhoseLeaseIsLostIsLetGo() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode node = RunningNode.startAt(home, door.url())) {
      String lease = lease(broker, 0, manifest(broker, 0, StageManifest.EXACT));
      StageDoor.Line line = door.line();
      broker.await("the lease to be renewed", () -> node.hasTaken(broker, List.of(lease)));

      broker.takeAway(lease);

      assertThat(line.next()).isNull();
      assertThat(broker.reports).isEmpty();
    }
  }

  @Test
  void aStageThatTheBrokerGivesNoLineForIsGivenUp() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker);
        RunningNode _ = RunningNode.startAt(home, door.url())) {
      door.refuse(409);

      String lease = lease(broker, 0, manifest(broker, 0, StageManifest.EXACT));

      assertThat(broker.awaitReport(lease).reason())
          .contains("/api/v1/pipelines/p1/stages/0", "no line for this stage");
    }
  }

  @Test
  void aNodeThatStopsLetsItsStagesGoAtOnceAndSaysSo() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", new Token("secret"));
        StageDoor door = new StageDoor(broker)) {
      Files.writeString(home.resolve("join"), "myco1.b1.secret");
      RunningNode node =
          RunningNode.startAs(home, door.url(), new NodeHome(home).join().orElseThrow());
      String lease = lease(broker, 0, manifest(broker, 0, StageManifest.EXACT));
      StageDoor.Line line = door.line();

      NodeAgent.End end = node.stop();

      assertThat(end.quiet()).isTrue();
      assertThat(line.next()).isNull();
      assertThat(broker.left).containsExactly(lease);
      assertThat(broker.reports).extracting(ResultReport::status).isEmpty();
      assertThat(door.requests.get(0)).contains("Authorization: Bearer secret");
    }
  }

  @Test
  void aNodeThatIsTerminatedWhileItComputesStagesEndsInOrder() throws Exception {
    try (ScriptedBroker broker = new ScriptedBroker("b1", null);
        StageDoor door = new StageDoor(broker)) {
      Path output = home.resolve("output");
      Process node = process(door, output);
      try {
        StageDoor.Line line = hold(broker, door, 0, StageManifest.EXACT);
        FutureTask<Integer> steps = new FutureTask<>(() -> stepsUntilTheEnd(line));
        Thread.ofVirtual().start(steps);
        broker.await("some steps", () -> calls > 50);

        node.destroy();

        assertThat(node.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).describedAs(Files.readString(output)).isEqualTo(ExitCode.OK);
        assertThat(steps.get(30, TimeUnit.SECONDS)).isGreaterThan(20);
        assertThat(broker.left).hasSize(1);
        assertThat(Files.readString(output)).doesNotContain("SIG", "hs_err", "cut off");
      } finally {
        node.destroyForcibly();
      }
    }
  }

  private Process process(StageDoor door, Path output) throws Exception {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            AgentMain.class.getName(),
            "--home",
            home.toString(),
            "--models",
            home.resolve("no-models").toString(),
            "--broker",
            door.url().toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.redirectOutput(output.toFile()).start();
  }

  /// As many tokens at a time as fit, so that the stage computes nearly always.
  private int stepsUntilTheEnd(StageDoor.Line line) throws Exception {
    List<Integer> ids = Collections.nCopies(200, 5);
    for (int steps = 0; ; steps++) {
      try {
        open(line, new StageOpen(256, 256, null));
        ask(line, call(StageCall.STEP, 7, "s", 0L, ids, null), List.of());
      } catch (IOException e) {
        return steps;
      }
    }
  }

  /// The stage of a new task, once the node has opened its line.
  private StageDoor.Line hold(ScriptedBroker broker, StageDoor door, int stage, String wire)
      throws Exception {
    lease(broker, stage, manifest(broker, stage, wire));
    return door.line();
  }

  private static String lease(ScriptedBroker broker, int stage, StageManifest manifest)
      throws Exception {
    String blob = broker.blob(Json.LENIENT.writeValueAsBytes(manifest));
    return broker.task(
        ShardForwardExecutor.KIND,
        null,
        "p1/" + stage,
        new StagePayload("p1", stage, stages.size(), 7, blob),
        3);
  }

  private static StageManifest manifest(ScriptedBroker broker, int stage, String wire)
      throws Exception {
    StageGraph graph = stages.get(stage);
    byte[] file = Files.readAllBytes(model.resolve(LlamaWriter.MODEL));
    String blob = broker.blob(file);
    List<StageWeight> weights =
        graph.weights().stream()
            .map(
                w ->
                    new StageWeight(
                        w.name(),
                        w.type().code(),
                        w.shape(),
                        blob,
                        w.offset(),
                        w.bytes(),
                        Sha256.of(
                            Arrays.copyOfRange(
                                file, (int) w.offset(), (int) (w.offset() + w.bytes())))))
            .toList();
    return new StageManifest(
        "sha256:" + blob,
        "tiny",
        broker.blob(graph.graph()),
        weights,
        graph.inputs(),
        graph.outputs(),
        Map.of("tokenizer.json", broker.blob(Files.readAllBytes(TOKENIZER))),
        stage == 0,
        stage == stages.size() - 1,
        false,
        600 * graph.kvBytesPerToken(),
        256,
        wire,
        List.of(1),
        null);
  }

  private static StageManifest with(StageManifest manifest, StageWeight first) {
    List<StageWeight> weights = new ArrayList<>(manifest.weights());
    weights.set(0, first);
    return new StageManifest(
        manifest.model(),
        manifest.name(),
        manifest.graph(),
        weights,
        manifest.inputs(),
        manifest.outputs(),
        manifest.files(),
        manifest.first(),
        manifest.last(),
        manifest.encoder(),
        manifest.kvBytesMax(),
        manifest.contextMax(),
        manifest.wire(),
        manifest.eos(),
        manifest.chat());
  }

  private static StageOpen greedy(List<String> stops) {
    Sampling sampling = new Sampling(ANSWER, 0.0, null, null, 0L, stops);
    return new StageOpen(PROMPT.length + ANSWER, PROMPT.length, sampling);
  }

  private void open(StageDoor.Line line, StageOpen open) throws Exception {
    header(ask(line, call(StageCall.OPEN, 7, "s", null, null, open), List.of()), StageAnswer.OK);
  }

  private List<StageAnswer> generate(StageDoor.Line first, StageDoor.Line second, StageOpen open)
      throws Exception {
    open(first, open);
    open(second, open);
    List<StageAnswer> answers = new ArrayList<>();
    List<Integer> ids = ids(PROMPT);
    long position = 0;
    while (answers.isEmpty() || answers.getLast().finish() == null) {
      StageCall step = call(StageCall.STEP, 7, "s", position, ids, null);
      List<Tensor> crossing = ask(first, step, List.of()).tensors();
      answers.add(header(ask(second, step, crossing), StageAnswer.OK));
      position += ids.size();
      ids = List.of(Objects.requireNonNull(answers.getLast().token()));
    }
    return answers;
  }

  private StageCall call(
      String op,
      long epoch,
      @Nullable String session,
      @Nullable Long position,
      @Nullable List<Integer> ids,
      @Nullable StageOpen open) {
    return new StageCall(nextCall(), op, epoch, session, position, ids, open, null, null, null);
  }

  private synchronized long nextCall() {
    calls = calls + 1;
    return calls;
  }

  private StageCall tokenize(@Nullable String text, @Nullable List<ChatMessage> messages) {
    return new StageCall(
        nextCall(), StageCall.TOKENIZE, 7, null, null, null, null, messages, text, null);
  }

  private static Frame ask(StageDoor.Line line, StageCall call, List<Tensor> tensors)
      throws Exception {
    ByteBuffer sent = new Frame(Json.LENIENT.writeValueAsString(call), tensors).encode();
    return Frame.decode(line.ask(sent));
  }

  private static StageAnswer header(Frame frame, String status) throws Exception {
    StageAnswer answer = Json.LENIENT.readValue(frame.header(), StageAnswer.class);
    assertThat(answer.status()).describedAs(frame.header()).isEqualTo(status);
    return answer;
  }

  private static String refused(StageDoor.Line line, StageCall call, int code) throws Exception {
    StageAnswer answer = header(ask(line, call, List.of()), StageAnswer.REFUSED);
    assertThat(answer.code()).describedAs(answer.reason()).isEqualTo(code);
    assertThat(answer.call()).isEqualTo(call.call());
    return String.valueOf(answer.reason());
  }

  private List<String> cached() throws Exception {
    try (Stream<Path> files = Files.list(home.resolve("weights"))) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private static List<Integer> ids(int... ids) {
    return Arrays.stream(ids).boxed().toList();
  }

  /// What the whole model answers, in this process.
  private static List<Integer> greedily() throws Exception {
    StageSpec whole = new StageSpec(model.resolve(LlamaWriter.MODEL), List.of(), 1 << 24, 256, 1);
    List<Integer> answer = new ArrayList<>();
    try (OnnxRuntime runtime = OnnxRuntime.start();
        StageRunner runner = StageRunner.open(runtime, whole)) {
      runner.open("s", 256);
      long position = 0;
      long[] ids = Arrays.stream(PROMPT).asLongStream().toArray();
      while (answer.size() < ANSWER) {
        float[] scores = runner.step("s", position, ids, List.of()).get(0).floats();
        position += ids.length;
        float[] last =
            Arrays.copyOfRange(scores, scores.length - SHAPE.vocabulary(), scores.length);
        int token = Sampler.GREEDY.next(last, position);
        answer.add(token);
        ids = new long[] {token};
      }
    }
    return answer;
  }
}
