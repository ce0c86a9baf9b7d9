package org.mycoswarm.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Starts brokers and nodes as people do, and ends what it started.
final class Processes implements AutoCloseable {
  private final Path lib;
  private final Path models;
  private final Path work;
  private final List<Process> started = new ArrayList<>();

  Processes(Path lib, Path models, Path work) {
    this.lib = lib;
    this.models = models;
    this.work = work;
  }

  BrokerProcess broker(String name) throws IOException, InterruptedException {
    Path home = work.resolve(name);
    Process process = start("mycoswarm-broker-", name, "--home", home.toString(), "--port", "0");
    return BrokerProcess.await(process, home);
  }

  /// A node with one worker, so that two of them have what one machine of two cores has.
  Process node(String name, BrokerProcess broker) throws IOException {
    return start(
        "mycoswarm-node-agent-",
        name,
        "--home",
        work.resolve(name).toString(),
        "--broker",
        broker.url(),
        "--name",
        name,
        "--workers",
        "1",
        "--models",
        models.toString());
  }

  static void end(Process process) {
    process.destroy();
    process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).join();
    if (process.isAlive()) {
      process.destroyForcibly().onExit().join();
    }
  }

  @Override
  public void close() {
    for (Process process : started) {
      end(process);
    }
  }

  private Process start(String jar, String name, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("--sun-misc-unsafe-memory-access=allow", "-jar", jar(jar).toString()));
    command.addAll(List.of(args));
    File log = work.resolve(name + ".log").toFile();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    started.add(process);
    return process;
  }

  private Path jar(String start) throws IOException {
    try (Stream<Path> jars = Files.list(lib)) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith(start))
          .findFirst()
          .orElseThrow(
              () ->
                  new IOException(
                      "Expected %s*.jar in '%s', but it is not there; build with mvn package"
                          .formatted(start, lib)));
    }
  }
}
