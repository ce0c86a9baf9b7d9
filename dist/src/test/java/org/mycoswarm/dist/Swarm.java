package org.mycoswarm.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mycoswarm.schema.json.Json;

/// A swarm of real processes for one test: a broker, nodes and command lines, started from
/// `dist/target/mycoswarm`, all in folders of the test's own. Whatever still runs at the end is
/// killed. For one thread.
///
/// ```java
/// try (Swarm swarm = new Swarm(temporaryFolder)) {
///   Program broker = swarm.broker();
///   swarm.node("one");
///   swarm.awaitOnline(1);
///   CommandRun run = swarm.cli("embed", folder.toString());
///   broker.kill();
///   swarm.broker("--port", "" + swarm.port());
/// }
/// ```
public final class Swarm implements AutoCloseable {
  /// The project's folder, where `./mycoswarm` lies.
  public static final Path ROOT =
      Path.of(System.getProperty("mycoswarm.root", "..")).toAbsolutePath().normalize();

  /// What two tests must not use at a time: the machine's network, where brokers call out their
  /// names.
  public static final String LAN = "the local network";

  /// Long enough for a busy machine with two cores.
  public static final Duration SOON = Duration.ofSeconds(90);

  /// Nearly half the processor time of a broker's first seconds goes into code compiled for the
  /// long run, to which most do not come here. What the tests hold it to does not depend on that.
  private static final String LIVES_SHORT = "-XX:TieredStopAtLevel=1";

  private final Path folder;
  private final List<Program> programs = new ArrayList<>();
  private List<String> brokerPrefix = List.of();
  private List<String> otherPrefix = List.of();
  private Map<String, String> programEnvironment = Map.of();

  /// @param folder empty; everything that runs writes there and nowhere else
  public Swarm(Path folder) {
    this.folder = folder;
  }

  /// The broker's home, and that of the commands.
  public Path home() {
    return folder.resolve("home");
  }

  /// Starts a broker on a free port and returns when it serves.
  public Program broker() {
    return broker("--port", "0");
  }

  /// Starts a broker with these options and returns when it serves.
  public Program broker(String... options) {
    String before = runText();
    Program broker = brokerStarting(options);
    Await.until(SOON, "the broker serves", () -> serves(broker, before));
    return broker;
  }

  /// Starts a broker and returns at once.
  public Program brokerStarting(String... options) {
    List<String> command = new ArrayList<>(brokerPrefix);
    command.addAll(java("mycoswarm-broker"));
    command.addAll(List.of("--home", home().toString()));
    command.addAll(List.of(options));
    return add(Program.start("broker", command, programEnvironment, log("broker")));
  }

  /// From now on every broker starts behind this command.
  public void brokersUnder(String... prefix) {
    brokerPrefix = List.of(prefix);
  }

  /// From now on every node and every command that runs to its end starts behind this command.
  public void othersUnder(String... prefix) {
    otherPrefix = List.of(prefix);
  }

  /// From now on every broker and node starts with this environment added.
  public void programsUnder(Map<String, String> added) {
    programEnvironment = Map.copyOf(added);
  }

  /// Starts a node with a home of its own, which finds the broker by the run file in the broker's.
  /// It may not have joined yet: see [#awaitOnline].
  public Program node(String name, String... options) {
    List<String> all =
        new ArrayList<>(
            List.of("--broker-home", home().toString(), "--name", name, "--workers", "1"));
    for (String server : List.of("--ollama", "--llama-server")) {
      if (!List.of(options).contains(server)) {
        all.addAll(List.of(server, "none")); // whatever else runs on this machine is not the test's
      }
    }
    all.addAll(List.of(options));
    return start(name, "mycoswarm-node-agent", nodeHome(name), all.toArray(String[]::new));
  }

  public Path nodeHome(String name) {
    return folder.resolve("node-" + name);
  }

  /// Waits until exactly so many nodes are online.
  public void awaitOnline(int nodes) {
    Await.until(
        SOON,
        nodes + " nodes are online",
        () -> {
          checkAlive();
          int online = 0;
          for (JsonNode node : api().get("/api/v1/nodes").path("items")) {
            online += node.path("state").asText().equals("online") ? 1 : 0;
          }
          return online == nodes;
        });
  }

  /// The digest of the model that the nodes embed with; waits for a node that does.
  public String embeddingModel() {
    Await.until(SOON, "there is a node that embeds", () -> !findEmbeddingModel().isEmpty());
    return findEmbeddingModel();
  }

  private String findEmbeddingModel() {
    checkAlive();
    for (JsonNode node : api().get("/api/v1/nodes").path("items")) {
      for (JsonNode capability : node.path("capabilities")) {
        if (capability.path("kind").asText().equals("embed")) {
          return capability.path("model").asText();
        }
      }
    }
    return "";
  }

  /// Runs `./mycoswarm` with these arguments to its end, its output in pipes.
  public CommandRun cli(String... arguments) {
    return cliWith(Map.of(), arguments);
  }

  /// @param environment added to the command's own
  public CommandRun cliWith(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(otherPrefix);
    command.add(ROOT.resolve("mycoswarm").toString());
    command.addAll(List.of(arguments));
    Map<String, String> all = new HashMap<>(environment());
    all.putAll(environment);
    return CommandRun.of(command, all, folder);
  }

  /// Starts `./mycoswarm` with these arguments and leaves it running; its output goes to a log.
  public Program cliInBackground(String name, String... arguments) {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("mycoswarm").toString()));
    command.addAll(List.of(arguments));
    return add(Program.start(name, command, environment(), log(name)));
  }

  /// As [#cliInBackground], but in a process group of its own, as a terminal's shell starts it.
  public Program cliInTerminal(String name, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "perl",
                "-e",
                "use POSIX; POSIX::setsid(); $SIG{INT} = 'DEFAULT'; exec @ARGV",
                ROOT.resolve("mycoswarm").toString()));
    command.addAll(List.of(arguments));
    return add(Program.start(name, command, environment(), log(name)));
  }

  /// What every command of the test sees.
  public Map<String, String> environment() {
    return Map.of(
        "MYCOSWARM_HOME",
        home().toString(),
        "MYCOSWARM_BUILD",
        "never",
        "JAVA_HOME",
        System.getProperty("java.home"));
  }

  /// HTTP with the broker that runs now.
  public Api api() {
    return new Api(runFile().path("url").asText());
  }

  /// The port of the broker that runs, or ran last.
  public int port() {
    return java.net.URI.create(runFile().path("url").asText()).getPort();
  }

  /// Of the broker that runs, or ran last.
  public long brokerPid() {
    return runFile().path("pid").asLong();
  }

  /// Waits until a job has ended, and returns it.
  public JsonNode awaitEnded(String job) {
    Await.until(
        Duration.ofMinutes(5),
        "job " + job + " ends",
        () -> !api().get("/api/v1/jobs/" + job).path("state").asText().equals("running"));
    return api().get("/api/v1/jobs/" + job);
  }

  @Override
  public void close() {
    for (Program program : programs.reversed()) {
      program.kill();
    }
  }

  /// What starts a jar of ours, as the launcher does but for [#LIVES_SHORT].
  static List<String> java(String artifact) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add(LIVES_SHORT);
    command.addAll(Rehearsal.options(artifact));
    command.addAll(List.of("-jar", jar(artifact).toString()));
    return command;
  }

  Program start(String name, String artifact, Path home, String... options) {
    List<String> command = new ArrayList<>(otherPrefix);
    command.addAll(java(artifact));
    command.addAll(List.of("--home", home.toString()));
    command.addAll(List.of(options));
    return add(Program.start(name, command, programEnvironment, log(name)));
  }

  /// Starts a program that is not ours.
  public Program program(String name, List<String> command) {
    return add(Program.start(name, command, Map.of(), log(name)));
  }

  Program add(Program program) {
    programs.add(program);
    return program;
  }

  private Path log(String name) {
    return folder.resolve("logs").resolve(name + ".log");
  }

  /// @param before the run file that an earlier broker left. The process id in it says nothing: in
  ///     a process namespace of its own every broker is number 1
  private boolean serves(Program broker, String before) {
    if (!broker.alive()) {
      throw new IllegalStateException(
          "Expected the broker to serve, but it ended:\n" + broker.log());
    }
    String now = runText();
    return !now.isEmpty() && !now.equals(before) && api().answers("/healthz");
  }

  /// Empty when there is none.
  private String runText() {
    Path file = runPath();
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path runPath() {
    return home().resolve("run").resolve("broker.json");
  }

  private void checkAlive() {
    for (Program program : programs) {
      if (!program.alive() && !program.ended()) {
        throw new IllegalStateException(
            "Expected '%s' to run, but it ended by itself:%n%s"
                .formatted(program.name(), program.log()));
      }
    }
  }

  private JsonNode runFile() {
    try {
      return Json.LENIENT.readTree(runPath().toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path jar(String artifact) {
    Path lib = ROOT.resolve("dist/target/mycoswarm/lib");
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, artifact + "-[0-9]*.jar")) {
      for (Path jar : jars) {
        return jar;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException(
        "Expected '%s-VERSION.jar' in '%s'; build first: mvn -DskipTests package"
            .formatted(artifact, lib));
  }
}
