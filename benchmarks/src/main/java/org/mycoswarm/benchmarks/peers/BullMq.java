package org.mycoswarm.benchmarks.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mycoswarm.benchmarks.load.Contender;
import org.mycoswarm.benchmarks.load.Durability;
import org.mycoswarm.benchmarks.load.Outcome;
import org.mycoswarm.benchmarks.load.Row;
import org.mycoswarm.schema.json.Json;

/// BullMQ on a Redis of its own. Its clients live in one process of Node.js, `bullmq.mjs`, which
/// measures there and answers with its figures. It has no batches for workers.
public final class BullMq implements Contender {
  private static final int FIRST_FILL = 2_000;
  private static final double FILL_FACTOR = 1.5;

  private final RedisServer server;
  private final Durability durability;
  private final Path installed;
  private final Path log;
  private final Process node;
  private final BufferedWriter commands;
  private final BufferedReader answers;
  private double rate;

  private BullMq(
      RedisServer server, Durability durability, Path installed, Path log, Process node) {
    this.server = server;
    this.durability = durability;
    this.installed = installed;
    this.log = log;
    this.node = node;
    this.commands = node.outputWriter(UTF_8);
    this.answers = node.inputReader(UTF_8);
  }

  /// Whether `install.sh` has put it there.
  public static boolean isIn(Path installed) {
    return Installed.has("node") && Files.exists(installed.resolve("node_modules/bullmq"));
  }

  /// @param installed the folder with the script and its `node_modules`
  public static BullMq start(Path folder, Durability durability, Path installed)
      throws IOException, InterruptedException {
    RedisServer server = RedisServer.start(folder, durability);
    Path log = folder.resolve("node.log");
    Process node =
        new ProcessBuilder(
                Installed.path("node"),
                installed.resolve("bullmq.mjs").toString(),
                Integer.toString(server.port()))
            .redirectError(log.toFile())
            .start();
    return new BullMq(server, durability, installed, log, node);
  }

  @Override
  public String name() {
    return "BullMQ on Redis, AOF " + (durability == Durability.SYNCED ? "always" : "everysec");
  }

  @Override
  public String version() throws IOException {
    Path manifest = installed.resolve("node_modules/bullmq/package.json");
    return "bullmq " + Json.LENIENT.readTree(manifest.toFile()).get("version").asText();
  }

  @Override
  public boolean compilesItself() {
    return true;
  }

  @Override
  public Durability durability() {
    return durability;
  }

  @Override
  public boolean runs(Row row) {
    return row != Row.WORK_BATCH;
  }

  @Override
  public void prepare(Row row, int seconds) throws IOException {
    if (row.takesWork()) {
      int tasks = (int) Math.max(rate * seconds * FILL_FACTOR, FIRST_FILL);
      ask(Json.LENIENT.createObjectNode().put("do", "prepare").put("tasks", tasks));
    }
  }

  @Override
  public Outcome run(Row row, int seconds) throws IOException {
    JsonNode answer =
        ask(
            Json.LENIENT
                .createObjectNode()
                .put("do", "run")
                .put("row", row.name())
                .put("seconds", seconds));
    Outcome outcome =
        new Outcome(
            answer.get("operations").asLong(),
            answer.get("seconds").asDouble(),
            answer.get("p50").asDouble(Double.NaN),
            answer.get("p99").asDouble(Double.NaN));
    if (row.takesWork()) {
      rate = Math.max(rate, outcome.perSecond());
    }
    return outcome;
  }

  private JsonNode ask(ObjectNode command) throws IOException {
    commands.write(command + "\n");
    commands.flush();
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("Expected bullmq.mjs to answer, but it ended; it printed: " + errors());
    }
    return Json.LENIENT.readTree(answer);
  }

  private String errors() throws IOException {
    return Files.readString(log);
  }

  @Override
  public void clear() throws IOException {
    server.flush();
  }

  @Override
  public double serverCpuSeconds() throws IOException {
    return server.process().cpuSeconds();
  }

  @Override
  public void close() throws IOException {
    try (server) {
      commands.close();
      node.destroy();
      node.onExit().join();
    }
  }
}
