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
/// `-Dshard.kills=100` for the long form (6 otherwise), `-Dmycoswarm.seed=N` to repeat one.
@Timeout(3600)
class ShardIT {
  private static final int KILLS = Integer.getInteger("shard.kills", 6);
  private static final int TOKENS = 60;
  private static final int LITTLE = 3;

  /// What a stage is given to work in.
  private static final long WORKING_MIB = 64;

  private static final String PROMPT = "In the beginning God created the heaven";

  /// A node stage takes 64 MiB to work with, so this leaves 6 MiB: less than half of the model and
  /// its caches.
  private static final String LITTLE_MIB = "70";

  /// What a broken connection costs: it may come back for a second, and then the stage is loaded
  /// elsewhere. A frozen node is found out by its lease, which is 5 seconds.
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);
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
  void whicheverNodeIsLostTheTextIsTheSame() {
    String whole = writtenWhole();
    startLittle(whole);
    int stages = swarm.api().get("/api/v1/pipelines").path("items").path(0).path("stages").size();
    assertThat(stages).isBetween(2, LITTLE);

    double worst = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      int stage = kill % stages;
      int token = random.nextInt(1, TOKENS - 1);
      String[] victim = new String[1];
      ChatStream.Answer answer =
          ChatStream.ask(
              swarm.api(),
              "kjv-tiny",
              PROMPT,
              TOKENS,
              pieces -> {
                if (pieces == token) {
                  victim[0] = holder(stage);
                  node(victim[0]).kill();
                }
              });
      String what = "stage %d of %d killed at token %d".formatted(stage, stages, token);
      assertThat(answer.text()).as(what).isEqualTo(whole);
      System.out.printf("ShardIT: %s: longest pause %.1f s%n", what, answer.longestPauseSeconds());
      worst = Math.max(worst, answer.longestPauseSeconds());
      restart(victim[0]);
    }
    System.out.printf("ShardIT: %d kills, worst pause %.1f s%n", KILLS, worst);
    assertThat(worst).as(broker.log()).isLessThan(LEASE.toSeconds() + 1 + 5.0);
  }

  @Test
  void aFrozenNodeThatComesBackChangesNothing() {
    String whole = writtenWhole();
    startLittle(whole);
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
    String whole = writtenWhole();
    startLittle(whole);
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

  /// What a node that holds the whole model writes; the node is gone afterwards.
  private String writtenWhole() {
    start("large", "2000");
    swarm.awaitOnline(1);
    JsonNode plan = plan();
    assertThat(plan.path("fits").asText()).as(plan.toPrettyString()).isEqualTo("whole");
    String text = ask().text();
    assertThat(text.length()).isGreaterThan(TOKENS);
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
    return text;
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
  private void startLittle(String whole) {
    for (int i = 1; i <= LITTLE; i++) {
      start("little-" + i, LITTLE_MIB);
    }
    Await.until(
        Swarm.SOON,
        "the model is planned over the little nodes",
        () -> online() == LITTLE && plan().path("fits").asText().equals("sharded"));
    assertThat(ask().text()).isEqualTo(whole);
    start("spare", LITTLE_MIB);
    Await.until(Swarm.SOON, "there is a node to spare", () -> !idOf("spare").isEmpty());
  }

  /// Name of the node that is the stage now.
  private String holder(int stage) {
    JsonNode pipelines = swarm.api().get("/api/v1/pipelines").path("items");
    return pipelines.path(0).path("stages").path(stage).path("nodeName").asText();
  }
}
