package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ResultLine;

/// A folder is embedded with an encoder that no node of the swarm may hold whole: real nodes
/// without any model, each with memory for a part of all-MiniLM-L6-v2 in 32 bits. The vectors are,
/// bit by bit, those that one node makes that holds the whole of it, also when a node is killed in
/// the middle.
@Timeout(600)
class ShardEmbedIT {
  private static final String WHOLE = "all-minilm-l6-v2";
  private static final String CUT = "minilm-in-stages";
  private static final Path MODEL =
      Swarm.ROOT.resolve("dist/target/mycoswarm/models").resolve(WHOLE);

  /// A stage takes 64 MiB to work with; of the model's 87 MiB this leaves room for 56.
  private static final String LITTLE_MIB = "120";

  private static final int DOCUMENTS = 8;

  private final Map<String, Program> nodes = new HashMap<>();

  @TempDir Path folder;
  private Swarm swarm;
  private Path documents;
  private Path noModels;

  @BeforeEach
  void start() throws IOException {
    swarm = new Swarm(folder.resolve("swarm"));
    swarm.broker("--port", "0", "--stage-wire", "f32");
    noModels = Files.createDirectories(folder.resolve("no-models"));
    documents = Files.createDirectories(folder.resolve("documents"));
    for (int i = 0; i < DOCUMENTS; i++) {
      Files.writeString(documents.resolve("document-" + i + ".txt"), text(i));
    }
    CommandRun added = swarm.cli("models", "add", MODEL.toString(), "--name", CUT);
    assertThat(added.exit()).as(added.all()).isZero();
  }

  @AfterEach
  void stop() {
    swarm.close();
  }

  @Test
  void aModelThatNoNodeHoldsEmbedsAFolderAlsoWhenAStageIsKilled() throws IOException {
    Map<String, float[]> whole = embeddedWhole();
    assertThat(whole).hasSizeGreaterThan(DOCUMENTS);
    for (int i = 1; i <= 3; i++) {
      start("little-" + i);
    }
    // Nobody has the model, and nobody has asked for it: the job alone has it started.
    String calm = submitted(CUT);
    awaitEnd(calm);
    JsonNode stages = stages();
    assertThat(stages.size()).as(stages.toPrettyString()).isBetween(2, 3);
    assertThat(farthest(vectors(calm), whole)).isZero();

    start("spare");
    Await.until(Swarm.SOON, "there is a node to spare", () -> online("spare"));
    long before = stages().path(1).path("steps").asLong();
    String stormy = submitted(CUT);
    String victim = stages.path(1).path("nodeName").asText();
    Await.until(
        Swarm.SOON,
        "texts are under way",
        () -> stages().path(1).path("steps").asLong() > before + DOCUMENTS);
    Objects.requireNonNull(nodes.get(victim)).kill();
    awaitEnd(stormy);
    assertThat(stages().path(1).path("nodeName").asText()).isNotEqualTo(victim);
    assertThat(stages().path(1).path("epoch").asInt()).isEqualTo(2);
    assertThat(farthest(vectors(stormy), whole)).isZero();
  }

  private void start(String name) {
    nodes.put(name, swarm.node(name, "--ram", LITTLE_MIB, "--models", noModels.toString()));
  }

  private JsonNode stages() {
    return swarm.api().get("/api/v1/pipelines").at("/items/0/stages");
  }

  private boolean online(String name) {
    for (JsonNode node : swarm.api().get("/api/v1/nodes").path("items")) {
      if (node.path("name").asText().equals(name)) {
        return node.path("state").asText().equals("online");
      }
    }
    return false;
  }

  /// By a node that holds all of the model in one stage; it is gone afterwards. It has the same
  /// model on its disk, too, and computes there with weights that are packed anew: nearly the same.
  private Map<String, float[]> embeddedWhole() throws IOException {
    Path models = Files.createDirectories(folder.resolve("models"));
    Files.createSymbolicLink(models.resolve(WHOLE), MODEL);
    Program large = swarm.node("large", "--ram", "1000", "--models", models.toString());
    swarm.awaitOnline(1);
    String onDisk = submitted(WHOLE);
    String inOneStage = submitted(CUT);
    awaitEnd(onDisk);
    awaitEnd(inOneStage);
    assertThat(stages()).hasSize(1);
    Map<String, float[]> vectors = vectors(inOneStage);
    assertThat(farthest(vectors(onDisk), vectors)).isLessThan(1e-5);
    String pipeline = swarm.api().get("/api/v1/pipelines").at("/items/0/id").asText();
    swarm
        .api()
        .send(
            HttpRequest.newBuilder(URI.create(swarm.api().url() + "/api/v1/pipelines/" + pipeline))
                .DELETE());
    assertThat(large.stop()).isZero();
    return vectors;
  }

  /// How far the numbers of the same chunk are apart at most.
  private static double farthest(Map<String, float[]> some, Map<String, float[]> others) {
    assertThat(some.keySet()).isEqualTo(others.keySet());
    double farthest = 0;
    for (Map.Entry<String, float[]> one : some.entrySet()) {
      float[] other = Objects.requireNonNull(others.get(one.getKey()));
      for (int i = 0; i < other.length; i++) {
        farthest = Math.max(farthest, Math.abs(one.getValue()[i] - other[i]));
      }
    }
    System.out.printf("ShardEmbedIT: %d vectors, farthest apart by %s%n", some.size(), farthest);
    return farthest;
  }

  private String submitted(String model) {
    CommandRun run =
        swarm.cli(
            "embed", documents.toString(), "--model", model, "--chunk-tokens", "64", "--detach");
    assertThat(run.exit()).as(run.all()).isZero();
    return run.out().strip();
  }

  private void awaitEnd(String job) {
    JsonNode ended = swarm.awaitEnded(job);
    assertThat(ended.path("state").asText()).as(ended.toPrettyString()).isEqualTo("succeeded");
  }

  /// Each chunk's vector, under its path and number.
  private Map<String, float[]> vectors(String job) {
    Map<String, float[]> vectors = new TreeMap<>();
    for (String line :
        swarm.api().text("/api/v1/jobs/" + job + "/results?format=jsonl").lines().toList()) {
      ResultLine row = row(line);
      assertThat(vectors.put(row.document() + " " + row.ordinal(), row.vector())).isNull();
    }
    return vectors;
  }

  private static ResultLine row(String line) {
    try {
      return Json.LENIENT.readValue(line, ResultLine.class);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// About 20 chunks of 64 tokens.
  private static String text(int number) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      lines.add(
          "Thread %d of mycelium %d carries water, sugar and warnings to tree %d of the forest."
              .formatted(i, number, i * 7 + number));
    }
    return String.join("\n", lines);
  }
}
