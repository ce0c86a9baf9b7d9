package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Broker and nodes die again and again while a collection is built and brought up to date: it ends
/// as it would have without that, and no search sees a document half old and half new.
class CollectionKilledIT {
  private static final int KILLS = Integer.getInteger("index.kills", 20);
  private static final int DOCUMENTS = 40;
  private static final String NAME = "/api/v1/collections/notes";

  private final long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final AtomicInteger looked = new AtomicInteger();

  @TempDir Path folder;

  @Test
  @Timeout(1800)
  void theIndexIsAsItWouldHaveBeen() throws Exception {
    System.out.println("CollectionKilledIT: -Dmycoswarm.seed=" + seed);
    Path notes = folder.resolve("notes");
    String calm;
    try (Swarm swarm = new Swarm(folder.resolve("calm"))) {
      swarm.broker();
      swarm.node("one");
      swarm.embeddingModel();
      write(notes, "second");
      awaitRun(swarm, start(swarm, notes));
      calm = swarm.api().text(NAME + "/export");
    }

    try (Swarm swarm = new Swarm(folder.resolve("storm"))) {
      Program broker = swarm.broker();
      List<Program> nodes = new ArrayList<>(List.of(swarm.node("one"), swarm.node("two")));
      swarm.embeddingModel();
      write(notes, "first");
      int kills = 0;
      String run = start(swarm, notes);
      Storm storm = new Storm(swarm, broker, nodes);
      kills += storm.during(run, KILLS / 2);
      write(notes, "second");
      run = start(swarm, notes);
      AtomicBoolean over = new AtomicBoolean();
      List<String> halves = new ArrayList<>();
      Thread searcher = Thread.ofPlatform().start(() -> look(swarm, over, halves));
      kills += storm.during(run, KILLS - KILLS / 2);
      over.set(true);
      searcher.join();
      System.out.printf("CollectionKilledIT: %d kills, %d hits seen%n", kills, looked.get());

      assertThat(halves).as("hits half old and half new").isEmpty();
      assertThat(looked).hasPositiveValue();
      assertThat(swarm.api().text(NAME + "/export")).isEqualTo(calm);
      JsonNode report = swarm.api().get(NAME + "/runs/" + run + "/report");
      assertThat(report.path("state").asText()).as(report.toString()).isEqualTo("succeeded");
      assertThat(report.path("counts").path("changed").asInt()).isEqualTo(DOCUMENTS);
    }
  }

  private final class Storm {
    private final Swarm swarm;
    private Program broker;
    private final List<Program> nodes;

    Storm(Swarm swarm, Program broker, List<Program> nodes) {
      this.swarm = swarm;
      this.broker = broker;
      this.nodes = nodes;
    }

    /// @return how many were killed before the run ended
    int during(String run, int killsMax) {
      int kills = 0;
      while (kills < killsMax && isRunning(swarm, run)) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(400)).toNanos());
        if (random.nextInt(3) > 0) {
          broker.kill();
          broker = swarm.broker("--port", Integer.toString(swarm.port()));
        } else {
          int which = random.nextInt(nodes.size());
          nodes.get(which).kill();
          nodes.set(which, swarm.node(which == 0 ? "one" : "two"));
        }
        kills++;
      }
      awaitRun(swarm, run);
      return kills;
    }
  }

  /// Every passage of a document says of which writing it is.
  private void look(Swarm swarm, AtomicBoolean over, List<String> halves) {
    while (!over.get()) {
      try {
        JsonNode answer =
            swarm
                .api()
                .post(NAME + "/search", Map.of("query", "writing paragraph", "mode", "text"));
        for (JsonNode hit : answer.path("hits")) {
          String text = hit.path("passages").toString();
          looked.incrementAndGet();
          if (text.contains("first writing") && text.contains("second writing")) {
            halves.add(hit.toString());
          }
        }
      } catch (UncheckedIOException | AssertionError e) {
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos()); // the broker is away
      }
    }
  }

  private static void write(Path notes, String writing) {
    for (int i = 0; i < DOCUMENTS; i++) {
      StringBuilder text = new StringBuilder("# Document " + i + "\n\n");
      for (int paragraph = 0; paragraph < 6; paragraph++) {
        text.append(
                "## Paragraph " + paragraph + "\n\nOf the %s writing of %d. ".formatted(writing, i))
            .append("The swarm reads it, cuts it into chunks and embeds each of them. ".repeat(6))
            .append("\n\n");
      }
      Documents.write(notes.resolve("part-%d/document-%d.md".formatted(i % 7, i)), text.toString());
    }
  }

  private static String start(Swarm swarm, Path notes) {
    return swarm
        .api()
        .post(NAME + "/runs", Map.of("folder", notes.toString()))
        .path("run")
        .asText();
  }

  private static void awaitRun(Swarm swarm, String run) {
    Await.until(Duration.ofMinutes(5), "the run ends", () -> !isRunning(swarm, run));
  }

  private static boolean isRunning(Swarm swarm, String run) {
    return swarm.api().get(NAME + "/runs/" + run).path("state").asText().equals("running");
  }
}
