package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.shard.KjvTiny;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.sharding.graph.LlamaWriter;

/// A model in three stages on networks that are slow: the text comes, and it is the same. What it
/// costs is measured by `make bench-shard`.
@Timeout(600)
class SlowNetworkIT {
  private static final int TOKENS = 40;
  private static final String PROMPT = "In the beginning God created the heaven";

  /// A stage takes 64 MiB to work with, and a layer with its caches 2.7: two nodes have room for
  /// one of the four layers, one for two.
  private static final List<String> ROOM_MIB = List.of("68", "70", "68");

  @TempDir Path folder;
  private Path model;
  private Path noModels;
  private Swarm swarm;

  @BeforeEach
  void writeModel() throws IOException {
    swarm = new Swarm(folder.resolve("swarm"));
    noModels = Files.createDirectories(folder.resolve("no-models"));
    model = folder.resolve("kjv-tiny");
    KjvTiny.write(model, LlamaWriter.Layout.PLAIN);
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void overAWayOfMillisecondsTheTextIsTheSame() {
    swarm.broker("--port", "0", "--stage-wire", "f32");
    try (LongRoad road = new LongRoad(swarm.port())) {
      startStages("--broker", road.url());

      String near = text();
      List<String> far = new ArrayList<>();
      for (int millis : List.of(1, 5)) {
        road.delay(Duration.ofMillis(millis));
        long start = System.nanoTime();
        far.add(text());
        said("%d ms each way".formatted(millis), start);
      }

      assertThat(near.length()).isGreaterThan(TOKENS);
      assertThat(far).containsOnly(near);
    }
  }

  @Test
  void overANarrowAndALossyNetworkTheTextIsTheSame() throws IOException, InterruptedException {
    String obstacle = SlowMachine.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> "stages on a slow network did NOT run: " + obstacle);
    try (SlowMachine machine = new SlowMachine(folder)) {
      swarm.brokersUnder(machine.prefix());
      swarm.othersUnder(machine.prefix());
      swarm.brokerStarting("--port", "0", "--stage-wire", "f32");
      Path run = swarm.home().resolve("run").resolve("broker.json");
      Await.until(Swarm.SOON, "the broker serves", () -> Files.exists(run));
      startStages();

      String wide = text();
      machine.limit(100);
      long start = System.nanoTime();
      String narrow = text();
      said("100 Mbit/s", start);
      machine.unlimited();
      machine.lose(1);
      start = System.nanoTime();
      String lossy = text();
      said("1 % loss", start);
      swarm.close(); // what runs in a namespace keeps it

      assertThat(wide.length()).isGreaterThan(TOKENS);
      assertThat(narrow).isEqualTo(wide);
      assertThat(lossy).isEqualTo(wide);
    }
  }

  private void startStages(String... options) {
    CommandRun added = swarm.cli("models", "add", model.toString());
    assertThat(added.exit()).as(added.all()).isZero();
    for (int i = 0; i < ROOM_MIB.size(); i++) {
      List<String> all = new ArrayList<>(List.of("--models", noModels.toString()));
      all.addAll(List.of("--ram", ROOM_MIB.get(i)));
      all.addAll(List.of(options));
      swarm.node("stage-" + (i + 1), all.toArray(String[]::new));
    }
    Await.until(
        Swarm.SOON,
        "the model is planned in three stages",
        () -> {
          CommandRun plan = swarm.cli("models", "plan", "kjv-tiny", "--json");
          return tree(plan).path("stages").size() == ROOM_MIB.size();
        });
  }

  /// By the command, which runs where the nodes run.
  private String text() {
    CommandRun run =
        swarm.cli(
            "generate",
            "--model",
            "kjv-tiny",
            "--temperature",
            "0",
            "--max-tokens",
            Integer.toString(TOKENS),
            "--json",
            PROMPT);
    assertThat(run.exit()).as(run.all()).isZero();
    return tree(run).at("/choices/0/message/content").asText();
  }

  private static JsonNode tree(CommandRun run) {
    try {
      return Json.LENIENT.readTree(run.out());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void said(String network, long start) {
    System.out.printf(
        "SlowNetworkIT: %s: %d tokens with the command's own start took %.1f s%n",
        network, TOKENS, (System.nanoTime() - start) / 1e9);
  }
}
