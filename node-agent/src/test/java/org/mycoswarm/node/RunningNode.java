package org.mycoswarm.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.node.discovery.Credentials;
import org.mycoswarm.node.discovery.JoinText;
import org.mycoswarm.node.generate.ChatServerSettings;
import org.mycoswarm.schema.json.Json;

/// A node in this process, with the real models of the build.
final class RunningNode implements AutoCloseable {
  /// Where the build of the module `inference` unpacks them.
  static final Path MODELS = Path.of("..", "inference", "target", "models");

  /// What the build of the module `reader` puts together.
  static final ReaderSettings READER =
      new ReaderSettings(
          String.join(
              File.pathSeparator,
              Path.of("..", "reader", "target", "classes").toString(),
              Path.of("..", "reader", "target", "reader", "*").toString()),
          256,
          Duration.ofSeconds(20));

  private static final ModelStore STORE = ModelStore.open(MODELS);

  /// What the first node of this process measured, so that the others need not.
  private static volatile byte @Nullable [] rates;

  private final NodeAgent agent;
  private final FutureTask<NodeAgent.End> run;

  private final Path home;

  private RunningNode(Path home, Path models, @Nullable URI broker) throws IOException {
    this(home, models, broker, Credentials.NONE);
  }

  private RunningNode(Path home, Path models, @Nullable URI broker, Credentials credentials)
      throws IOException {
    this.home = home;
    byte[] measured = rates;
    if (measured != null) {
      Files.write(new NodeHome(home).rates(), measured);
    }
    this.agent = new NodeAgent(config(home, models, broker, credentials));
    this.run = new FutureTask<>(agent::run);
    Thread.ofPlatform().daemon().name("node").start(run);
  }

  static RunningNode start(Path home, ScriptedBroker broker) throws IOException {
    return withModels(home, MODELS, broker);
  }

  static RunningNode startByRunFile(Path home) throws IOException {
    return new RunningNode(home, MODELS, null);
  }

  static RunningNode withModels(Path home, Path models, ScriptedBroker broker) throws IOException {
    return new RunningNode(home, models, broker.url());
  }

  /// By way of something that stands before the broker.
  static RunningNode startAt(Path home, URI broker) throws IOException {
    return new RunningNode(home, MODELS, broker);
  }

  static RunningNode startAs(Path home, URI broker, JoinText join) throws IOException {
    return new RunningNode(home, MODELS, broker, Credentials.of(join));
  }

  static void writeRunFile(Path home, ScriptedBroker broker) throws IOException {
    Path file = new NodeHome(home).runFile();
    Files.createDirectories(file.getParent());
    Map<String, Object> written = Map.of("url", broker.url(), "broker", broker.id, "pid", 1);
    Files.write(file, Json.LENIENT.writeValueAsBytes(written));
  }

  private static AgentConfig config(
      Path home, Path models, @Nullable URI broker, Credentials credentials) {
    NodeHome nodeHome = new NodeHome(home);
    return new AgentConfig(
        nodeHome,
        nodeHome,
        broker,
        credentials,
        "test node",
        models,
        READER,
        ChatServerSettings.NONE,
        2,
        null,
        null,
        List.of("us"),
        null,
        null,
        Duration.ofMillis(300),
        AgentConfig.RESCAN_TIME,
        Duration.ofMillis(100));
  }

  /// The digest of a model of the build.
  String model(String name) {
    return STORE.byName(name).orElseThrow().digest();
  }

  boolean running() {
    return !run.isDone();
  }

  /// Whether the node has asked the broker for all of these.
  boolean hasTaken(ScriptedBroker broker, List<String> leases) {
    return broker.renewals.stream().anyMatch(renewed -> renewed.containsAll(leases));
  }

  NodeAgent.End stop() {
    agent.stop();
    try {
      NodeAgent.End end = run.get(30, TimeUnit.SECONDS);
      Path measured = new NodeHome(home).rates();
      rates = Files.exists(measured) ? Files.readAllBytes(measured) : rates;
      return end;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while the node was to stop", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("Expected the node to stop within 30 s", e);
    }
  }

  @Override
  public void close() {
    assertThat(stop().exitCode()).isEqualTo(ExitCode.OK);
  }
}
