package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.dist.Swarm.SOON;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Brokers and nodes stop and start again, on homes that something has happened to.
@Timeout(180)
class RestartIT {

  @TempDir Path folder;
  private Swarm swarm;

  @BeforeEach
  void makeSwarm() {
    swarm = new Swarm(folder);
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void aCopiedHomeServesTheSameAndBothGoOn() throws IOException {
    Program broker = swarm.broker();
    String job = submit(swarm, "before");
    assertThat(broker.stop()).as("as the exit codes of the broker's help say").isEqualTo(143);
    try (Swarm copy = new Swarm(folder.resolve("copy"))) {
      copyTree(swarm.home(), copy.home());

      swarm.broker();
      copy.broker();

      for (Swarm each : List.of(swarm, copy)) {
        assertThat(each.api().get("/api/v1/jobs/" + job).path("name").asText()).isEqualTo("before");
        submit(each, "after");
        assertVerified(each);
      }
    }
  }

  @Test
  void tablesThatAreGarbageAreSetAsideAndBuiltAnew() throws IOException {
    Program broker = swarm.broker();
    for (int i = 0; i < 20; i++) {
      submit(swarm, "job " + i);
    }
    JsonNode jobs = swarm.api().get("/api/v1/jobs");
    broker.stop();
    Path tables = onlyTables();
    Files.writeString(tables, "this is no database ".repeat(1_000));

    Program again = swarm.broker();

    awaitJobs(jobs);
    assertThat(tables.resolveSibling(tables.getFileName() + ".aside")).exists();
    assertThat(again.log()).contains("were set aside as");
    assertVerified(swarm);
  }

  @Test
  void tablesThatAreGoneAreBuiltAnew() throws IOException {
    Program broker = swarm.broker();
    for (int i = 0; i < 20; i++) {
      submit(swarm, "job " + i);
    }
    JsonNode jobs = swarm.api().get("/api/v1/jobs");
    broker.stop();
    Files.delete(onlyTables());

    swarm.broker();

    awaitJobs(jobs);
    assertVerified(swarm);
  }

  @Test
  void aLogShorterThanTheTablesIsRefusedWithBothPositions() throws IOException {
    Program broker = swarm.broker();
    submit(swarm, "one");
    broker.stop();
    Path older = folder.resolve("older-log");
    copyTree(swarm.home().resolve("log"), older);
    broker = swarm.broker();
    submit(swarm, "two");
    submit(swarm, "three");
    long end = Story.of(swarm.api()).all().getLast().position();
    broker.stop();

    deleteTree(swarm.home().resolve("log"));
    copyTree(older, swarm.home().resolve("log"));
    Program refused = swarm.start("refused", "mycoswarm-broker", swarm.home(), "--port", "0");

    assertThat(refused.awaitEnd()).as(refused.log()).isEqualTo(1);
    assertThat(refused.log())
        .contains("The broker did not start. Expected position 3 of the log at byte ")
        .contains("because positions up to %d are known to have been acknowledged".formatted(end))
        .doesNotContain("\tat ");
    assertThat(swarm.home().resolve("db").toFile().list())
        .noneMatch(name -> name.endsWith("aside"));
  }

  @Test
  void aSecondBrokerOnTheSameHomeIsRefusedAndDoesNoHarm() {
    Program first = swarm.broker();
    String job = submit(swarm, "mine");

    Program second = swarm.start("second", "mycoswarm-broker", swarm.home(), "--port", "0");

    assertThat(second.awaitEnd()).as(second.log()).isEqualTo(1);
    assertThat(second.log())
        .contains("The broker did not start. Expected to be the only broker with the home '")
        .contains("Stop that one, or give this one another folder with --home.")
        .doesNotContain("set aside")
        .doesNotContain("\tat ");
    assertThat(first.alive()).isTrue();
    assertThat(swarm.api().get("/api/v1/jobs/" + job).path("name").asText()).isEqualTo("mine");
    submit(swarm, "mine too");
    assertVerified(swarm);
  }

  @Test
  void aByteThatTurnedInTheLogIsNamedByPositionAndFile() throws IOException {
    Program broker = swarm.broker();
    submit(swarm, "a-name-that-can-be-found");
    submit(swarm, "one more behind it");
    broker.stop();
    Path damaged = turnByte("a-name-that-can-be-found");

    Program refused = swarm.start("refused", "mycoswarm-broker", swarm.home(), "--port", "0");

    assertThat(refused.awaitEnd()).as(refused.log()).isEqualTo(1);
    assertThat(refused.log())
        .contains("The broker did not start. Expected position 2 of the log at byte ")
        .contains("of '" + damaged.toAbsolutePath() + "'")
        .contains("Put back an undamaged copy of this file")
        .doesNotContain("\tat ");
  }

  @Test
  void aNodeThatIsEarlyFindsTheBrokerWhenItComes() {
    Program node = swarm.node("early");
    Await.until(
        SOON,
        "the node looks for a broker",
        () -> node.log().contains("Looking until it is there"));

    swarm.broker();

    swarm.awaitOnline(1);
    assertThat(node.alive()).isTrue();
  }

  @Test
  void aNodeThatIsStoppedHandsBackItsWorkAndEndsInOrder() throws IOException {
    swarm.broker();
    Program node = swarm.node("leaving", "--stop-seconds", "1");
    swarm.awaitOnline(1);
    String model = swarm.api().get("/api/v1/nodes").findValue("model").asText();
    String job =
        swarm
            .api()
            .post(
                "/api/v1/jobs",
                Map.of(
                    "name", "long", "tasks", List.of(embedding(model, 1), embedding(model, 2_000))))
            .path("job")
            .asText();
    Await.until(
        SOON,
        "it has done the first task, and so holds the second, which came with it",
        () -> !Story.of(swarm.api()).of("task.succeeded", job + ".0").isEmpty());

    long start = System.nanoTime();
    int exit = node.stop();

    assertThat(exit).as(node.log()).isZero();
    assertThat((System.nanoTime() - start) / 1_000_000_000).isLessThan(15);
    Story story = Story.of(swarm.api());
    assertThat(story.of("lease.released"))
        .extracting(Story.Happened::lease)
        .containsExactly(job + ".1.1");
    assertThat(swarm.api().get("/api/v1/jobs/" + job).path("tasks").path("ready").asInt())
        .as("ready again, at once")
        .isEqualTo(1);
    assertThat(story.of("attempt.failed")).isEmpty();
    assertThat(story.of("lease.expired")).isEmpty();
    assertThat(node.log()).doesNotContain("SIGSEGV").doesNotContain("fatal error");
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .noneMatch(name -> name.startsWith("hs_err_pid") || name.startsWith("core."));
    }
  }

  /// Some 20 ms of work for each text.
  private static Map<String, Object> embedding(String model, int texts) {
    List<String> copies =
        java.util.Collections.nCopies(texts, "It takes long to embed all of this. ".repeat(12));
    return Map.of(
        "kind", "embed", "model", model, "payload", Map.of("model", model, "texts", copies));
  }

  private static String submit(Swarm swarm, String name) {
    Object task = Map.of("kind", "nobody-does-this", "payload", Map.of());
    return swarm
        .api()
        .post("/api/v1/jobs", Map.of("name", name, "tasks", List.of(task)))
        .path("job")
        .asText();
  }

  private static void assertVerified(Swarm swarm) {
    assertThat(swarm.api().post("/api/v1/log/verify", "{}").path("same").asBoolean()).isTrue();
  }

  /// While the tables are filled the answers may be behind.
  private void awaitJobs(JsonNode jobs) {
    Await.until(SOON, "the jobs are as before", () -> swarm.api().get("/api/v1/jobs").equals(jobs));
  }

  private Path onlyTables() throws IOException {
    try (Stream<Path> files = Files.list(swarm.home().resolve("db"))) {
      return files.filter(file -> file.toString().endsWith(".mv.db")).findFirst().orElseThrow();
    }
  }

  /// Turns one bit where the log holds these words.
  private Path turnByte(String words) throws IOException {
    try (Stream<Path> files = Files.walk(swarm.home().resolve("log"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".cq4")).toList()) {
        try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
          ByteBuffer head = ByteBuffer.allocate((int) Math.min(channel.size(), 1 << 20));
          channel.read(head, 0);
          int at =
              new String(head.array(), java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(words);
          if (at >= 0) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (head.get(at) ^ 1)}), at);
            return file;
          }
        }
      }
    }
    throw new AssertionError("Expected '" + words + "' in the log");
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private static void deleteTree(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failure)
              throws IOException {
            Files.delete(each);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
