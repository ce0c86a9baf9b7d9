package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.shard.KjvTiny;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWeights;
import org.mycoswarm.sharding.graph.LlamaWriter;

/// A decoder that no node of the swarm may hold whole, in stages on real nodes, and what happens
/// when one of them dies, freezes or is drained in the middle of a text: the text is the one that a
/// node with the whole model writes.
///
/// `-Dshard.kills=100` for the long form (3 otherwise: each stage and each moment once; 9 are each
/// moment of each stage), and `-Dmycoswarm.seed=N` to repeat one.
@Timeout(3600)
class ShardIT {
  private static final int KILLS = Integer.getInteger("shard.kills", 3);
  private static final int TOKENS = 60;
  private static final int LITTLE = 3;

  /// What a stage is given to work in.
  private static final long WORKING_MIB = 64;

  private static final String PROMPT = "In the beginning God created the heaven";

  /// A stage takes 64 MiB to work with, and each of the four layers 2.7 with its caches: this
  /// leaves room for two of them, and the other for one, so that three stages are needed.
  private static final String LITTLE_MIB = "70";

  private static final String LEAST_MIB = "68";

  /// How long a stage is leased: that soon a frozen node is found out. One that is killed is found
  /// out by its connection, which may come back for a second.
  private static final Duration LEASE = Duration.ofSeconds(5);

  /// What another node takes to load a stage at most, on a busy machine.
  private static final Duration LOADING = Duration.ofSeconds(2);

  /// So long a frozen node stands still that the step under way has come to it from any stage.
  private static final int STEPS_UNTIL_STUCK = 20;

  /// What a node with the whole model writes; the first test asks one.
  private static String whole = "";

  /// Where the step under way is when the node of a stage is killed.
  private enum Moment {
    /// In the stage before it: that one stands still meanwhile.
    BEFORE(-1),
    /// In itself: it stands still, and then it is killed.
    DURING(0),
    /// In the next stage, to which it has passed the step on.
    AFTER(1);

    private final int stageOfStep;

    Moment(int stageOfStep) {
      this.stageOfStep = stageOfStep;
    }
  }

  /// @param token after how many pieces of the text
  private record Loss(int stage, Moment moment, int token) {}

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final int turn = random.nextInt(Moment.values().length);
  private final Map<String, Program> nodes = new HashMap<>();

  @TempDir Path folder;
  private Swarm swarm;
  private Path noModels;
  private Program broker;

  @BeforeEach
  void startBroker() throws IOException {
    System.out.printf("ShardIT: -Dshard.kills=%d -Dmycoswarm.seed=%d%n", KILLS, seed);
    swarm = new Swarm(folder.resolve("swarm"));
    noModels = Files.createDirectories(folder.resolve("no-models"));
    broker = swarm.broker("--port", "0", "--stage-wire", "f32");
    Path model = folder.resolve("kjv-tiny");
    KjvTiny.write(model, LlamaWriter.Layout.PLAIN);
    CommandRun added = swarm.cli("models", "add", model.toString());
    assertThat(added.exit()).as(added.all()).isZero();
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void whicheverNodeIsLostAtWhicheverMomentTheTextIsTheSame() {
    writeWhole();
    startLittle();
    int stages = swarm.api().get("/api/v1/pipelines").path("items").path(0).path("stages").size();
    assertThat(stages).isEqualTo(LITTLE);
    long start = System.nanoTime();
    assertThat(ask().text()).isEqualTo(whole);
    Duration undisturbed = Duration.ofNanos(System.nanoTime() - start);

    double worst = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      Loss loss = loss(kill, stages);
      long epoch = stage(loss.stage()).path("epoch").asLong();
      String[] victim = new String[1];
      ChatStream.Answer answer =
          ChatStream.ask(
              swarm.api(),
              "kjv-tiny",
              PROMPT,
              TOKENS,
              pieces -> {
                if (pieces == loss.token()) {
                  victim[0] = lose(loss, undisturbed.dividedBy(TOKENS));
                }
              });
      assertThat(answer.text()).as("%s of %d stages", loss, stages).isEqualTo(whole);
      assertThat(stage(loss.stage()).path("epoch").asLong()).as("%s", loss).isGreaterThan(epoch);
      System.out.printf("ShardIT: %s: longest pause %.1f s%n", loss, answer.longestPauseSeconds());
      worst = Math.max(worst, answer.longestPauseSeconds());
      restart(victim[0]);
    }
    System.out.printf(
        "ShardIT: %d kills, worst pause %.1f s; the text takes %.1f s undisturbed%n",
        KILLS, worst, undisturbed.toMillis() / 1e3);
    Duration replay = undisturbed.plus(LOADING);
    assertThat(worst)
        .as(broker.log())
        .isLessThan(LEASE.plusSeconds(1).plus(replay).toMillis() / 1e3);
  }

  /// Every stage at every moment in turn. Which moment comes with which stage is another matter in
  /// every run.
  private Loss loss(int kill, int stages) {
    Moment[] moments = Moment.values();
    int stage = kill % stages;
    Moment moment = moments[(kill / stages + stage + turn) % moments.length];
    return new Loss(stage, moment, random.nextInt(1, TOKENS / 2));
  }

  /// Before the first stage and after the last there is nobody to hold the step up: there the node
  /// is killed as soon as a piece has come.
  ///
  /// @param step what one takes through all stages
  /// @return the node that was killed
  private String lose(Loss loss, Duration step) {
    String victim = holder(loss.stage());
    int stuckAt = loss.stage() + loss.moment().stageOfStep;
    String stuck = holder(stuckAt);
    if (!stuck.isEmpty()) {
      node(stuck).freeze();
      LockSupport.parkNanos(step.multipliedBy(STEPS_UNTIL_STUCK).toNanos());
    }
    node(victim).kill();
    if (!stuck.isEmpty() && stuckAt != loss.stage()) {
      node(stuck).thaw();
    }
    return victim;
  }

  @Test
  void aFrozenNodeThatComesBackChangesNothing() {
    writeWhole();
    startLittle();
    String[] frozen = new String[1];

    ChatStream.Answer answer =
        ChatStream.ask(
            swarm.api(),
            "kjv-tiny",
            PROMPT,
            TOKENS,
            pieces -> {
              if (pieces == 10) {
                frozen[0] = holder(1);
                node(frozen[0]).freeze();
              }
              if (pieces == 30) {
                node(frozen[0]).thaw();
              }
            });

    assertThat(answer.text()).isEqualTo(whole);
    assertThat(holder(1)).isNotEqualTo(frozen[0]);
    System.out.printf("ShardIT: frozen: longest pause %.1f s%n", answer.longestPauseSeconds());
    assertThat(ask().text()).isEqualTo(whole);
  }

  @Test
  void aNodeThatIsDrainedHandsItsStageOn() {
    writeWhole();
    startLittle();
    String[] drained = new String[1];

    ChatStream.Answer answer =
        ChatStream.ask(
            swarm.api(),
            "kjv-tiny",
            PROMPT,
            TOKENS,
            pieces -> {
              if (pieces == 10) {
                drained[0] = holder(0);
                CommandRun run = swarm.cli("nodes", "drain", idOf(drained[0]));
                assertThat(run.exit()).as(run.all()).isZero();
                Await.until(Swarm.SOON, "the stage has moved", () -> !holder(0).equals(drained[0]));
              }
            });

    assertThat(answer.text()).isEqualTo(whole);
    assertThat(node(drained[0]).alive()).isTrue();
  }

  @Test
  void aNodeHoldsNoMoreThanItsStage() throws IOException {
    Path large = folder.resolve("large-model");
    long weights = writeLarge(large);
    assertThat(swarm.cli("models", "add", large.toString()).exit()).isZero();
    String room = Long.toString(WORKING_MIB + (weights >> 20) / 2);
    for (int i = 1; i <= LITTLE; i++) {
      start("little-" + i, room);
    }
    Await.until(Swarm.SOON, "all nodes are there", () -> online() == LITTLE);
    Map<String, Long> all = new HashMap<>();
    nodes.forEach((name, node) -> all.put(name, residentBytes(node)));

    ChatStream.Answer answer = ChatStream.ask(swarm.api(), "large-model", PROMPT, 8, pieces -> {});

    JsonNode plan = swarm.api().get("/api/v1/pipelines").path("items").path(0).path("stages");
    assertThat(plan.size()).isGreaterThanOrEqualTo(2);
    assertThat(answer.text()).isNotEmpty();
    for (JsonNode stage : plan) {
      String name = stage.path("nodeName").asText();
      long held = mappedWeights(node(name));
      long grown = residentBytes(node(name)) - Objects.requireNonNull(all.get(name));
      System.out.printf(
          "ShardIT: of %,d MiB of weights '%s' has mapped %,d MiB; it grew by %,d MiB with caches and the JVM's own%n",
          weights >> 20, name, held >> 20, grown >> 20);
      // It was given room for half of them.
      assertThat(held).isBetween(weights / 10, weights / 2 + (1L << 20));
    }
  }

  /// About 200 MB of weights that mean nothing, with the tokenizer of the small model.
  ///
  /// @return how many bytes of weights it has
  private static long writeLarge(Path folder) throws IOException {
    KjvTiny.write(folder, LlamaWriter.Layout.PLAIN);
    Files.writeString(
        folder.resolve("config.json"), "{\"max_position_embeddings\":64,\"eos_token_id\":1}");
    LlamaShape shape = new LlamaShape(1_024, 512, 12, 8, 8, 2_048, 64, 1e-5f, 10_000f);
    LlamaWriter writer = new LlamaWriter(shape, LlamaWriter.Layout.PLAIN, LlamaWeights.random(11));
    writer.writeWithExternalData(folder);
    return writer.weightBytes();
  }

  /// How much of its folder of weights a process has mapped, in bytes.
  private static long mappedWeights(Program program) {
    return lines(program, "maps")
        .filter(line -> line.contains("/weights/"))
        .map(line -> line.split("[- ]", 3))
        .mapToLong(range -> Long.parseLong(range[1], 16) - Long.parseLong(range[0], 16))
        .sum();
  }

  /// What of the machine's memory a process has, mapped files included.
  private static long residentBytes(Program program) {
    return lines(program, "status")
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        << 10;
  }

  private static Stream<String> lines(Program program, String file) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(program.pid()), file)).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Has a node that holds the whole model write the text; the node is gone afterwards.
  private void writeWhole() {
    if (!whole.isEmpty()) {
      return;
    }
    start("large", "2000");
    swarm.awaitOnline(1);
    JsonNode plan = plan();
    assertThat(plan.path("fits").asText()).as(plan.toPrettyString()).isEqualTo("whole");
    whole = ask().text();
    assertThat(whole.length()).isGreaterThan(TOKENS);
    for (JsonNode pipeline : swarm.api().get("/api/v1/pipelines").path("items")) {
      swarm
          .api()
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          swarm.api().url() + "/api/v1/pipelines/" + pipeline.path("id").asText()))
                  .DELETE());
    }
    assertThat(node("large").stop()).isZero();
  }

  private ChatStream.Answer ask() {
    return ChatStream.ask(swarm.api(), "kjv-tiny", PROMPT, TOKENS, pieces -> {});
  }

  private void start(String name, String mebibytes) {
    nodes.put(name, swarm.node(name, "--ram", mebibytes, "--models", noModels.toString()));
  }

  private Program node(String name) {
    return Objects.requireNonNull(nodes.get(name));
  }

  private JsonNode plan() {
    return swarm.api().get("/api/v1/models/kjv-tiny/plan");
  }

  private long online() {
    return nodes.keySet().stream()
        .filter(name -> name.startsWith("little") && !idOf(name).isEmpty())
        .count();
  }

  /// Starts a node that was killed, and returns when it has registered.
  private void restart(String name) {
    int before = registrations(name);
    start(name, LITTLE_MIB);
    Await.until(Swarm.SOON, "it is back", () -> registrations(name) > before);
  }

  private int registrations(String name) {
    return node(name).log().split(" workers and can: ", -1).length;
  }

  /// Id of the node that is online under this name, or nothing.
  private String idOf(String name) {
    for (JsonNode node : swarm.api().get("/api/v1/nodes").path("items")) {
      if (node.path("name").asText().equals(name) && node.path("state").asText().equals("online")) {
        return node.path("node").asText();
      }
    }
    return "";
  }

  /// Starts nodes of which none may hold the model whole, lets them write the text together, and
  /// then starts one to spare.
  private void startLittle() {
    for (int i = 1; i <= LITTLE; i++) {
      start("little-" + i, i == 1 ? LITTLE_MIB : LEAST_MIB);
    }
    Await.until(
        Swarm.SOON,
        "the model is planned over the little nodes",
        () -> online() == LITTLE && plan().path("fits").asText().equals("sharded"));
    assertThat(ask().text()).isEqualTo(whole);
    start("spare", LITTLE_MIB);
    Await.until(Swarm.SOON, "there is a node to spare", () -> !idOf("spare").isEmpty());
  }

  /// Name of the node that is the stage now; nothing for a stage that there is none of.
  private String holder(int stage) {
    return stage(stage).path("nodeName").asText();
  }

  private JsonNode stage(int stage) {
    JsonNode pipelines = swarm.api().get("/api/v1/pipelines").path("items");
    return pipelines.path(0).path("stages").path(stage);
  }
}
