package org.mycoswarm.benchmarks.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.mycoswarm.benchmarks.load.ServerProcess;
import org.mycoswarm.schema.json.Json;

/// A broker process that serves, started as `mycoswarm broker` starts it.
///
/// @param startSeconds from the start of the process until it answered
public record RunningBroker(ServerProcess process, Path home, int port, double startSeconds)
    implements AutoCloseable {
  private static final long START_NANOS = TimeUnit.MINUTES.toNanos(10);

  /// @param lib the program's jars
  /// @param jvm options of the JVM, none for what people run
  /// @throws IOException when it does not serve; its log says why
  public static RunningBroker start(Path lib, Path home, List<String> jvm)
      throws IOException, InterruptedException {
    return start(lib, home, jvm, List.of());
  }

  /// @param settings of the broker, by name and value
  public static RunningBroker start(Path lib, Path home, List<String> jvm, List<String> settings)
      throws IOException, InterruptedException {
    Files.createDirectories(home);
    Path runFile = home.resolve("run").resolve("broker.json");
    Files.deleteIfExists(runFile);
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("--sun-misc-unsafe-memory-access=allow");
    Path cache = lib.resolveSibling("mycoswarm-broker.aot");
    if (Files.isRegularFile(cache)) {
      command.addAll(List.of("-XX:AOTCache=" + cache, "-Xlog:disable"));
    }
    command.addAll(jvm);
    command.addAll(
        List.of(
            "-jar",
            jar(lib, "mycoswarm-broker-").toString(),
            "--home",
            home.toString(),
            "--port",
            "0"));
    command.addAll(settings);
    Path log = home.resolveSibling(home.getFileName() + ".log");
    long start = System.nanoTime();
    ServerProcess process = ServerProcess.start(command, log);
    try {
      int port = port(process, runFile, start);
      try (HttpConnection connection = new HttpConnection(port)) {
        connection.call(Requests.get("/healthz"));
      }
      return new RunningBroker(process, home, port, (System.nanoTime() - start) / 1e9);
    } catch (IOException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  HttpConnection connect() throws IOException {
    return new HttpConnection(port);
  }

  @Override
  public void close() {
    process.close();
  }

  /// The broker writes its run file when it serves.
  private static int port(ServerProcess process, Path runFile, long start)
      throws IOException, InterruptedException {
    while (!Files.exists(runFile)) {
      if (!process.isAlive() || System.nanoTime() - start > START_NANOS) {
        throw new IOException(
            "Expected the broker to serve, but it ended or took over 10 minutes; it printed: "
                + process.printed());
      }
      Thread.sleep(5);
    }
    JsonNode found = Json.LENIENT.readTree(runFile.toFile());
    return URI.create(found.get("url").asText()).getPort();
  }

  /// One of the program's jars, by how its name begins.
  ///
  /// @throws IOException when it is not there; says how to build it
  public static Path jar(Path lib, String name) throws IOException {
    try (Stream<Path> jars = Files.list(lib)) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith(name))
          .findFirst()
          .orElseThrow(
              () ->
                  new IOException(
                      "Expected %s*.jar in '%s', but it is not there; build with mvn package"
                          .formatted(name, lib)));
    }
  }
}
