package org.mycoswarm.cli.command;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.process.Installation;
import org.mycoswarm.schema.wire.BrokerView;
import picocli.CommandLine.Command;

@Command(
    name = "doctor",
    header = "Says what this machine has, and what is missing.",
    description = {
      "Says what this machine has: Java, models, GPU, room on the disk, a running broker. Starts and",
      "changes nothing."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final long ROOM_WANTED_BYTES = 1L << 30;

  private final Mycoswarm root;
  private boolean well = true;

  DoctorCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    say(true, "java", "%s in %s".formatted(Runtime.version(), System.getProperty("java.home")));
    say(
        true,
        "machine",
        "%s %s, %d cores"
            .formatted(
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors()));
    models();
    gpu();
    disk();
    broker();
    return (well ? ExitCode.OK : ExitCode.FAILURES).code();
  }

  private void models() {
    Path models = Installation.ofThisProgram().models();
    try (Stream<Path> folders = Files.list(models)) {
      String names =
          folders
              .filter(folder -> Files.isRegularFile(folder.resolve("model.onnx")))
              .map(folder -> folder.getFileName().toString())
              .sorted()
              .collect(Collectors.joining(", "));
      say(!names.isEmpty(), "models", names.isEmpty() ? "none in " + models : names);
    } catch (IOException e) {
      say(false, "models", "Expected a folder of models at '%s', but: %s".formatted(models, e));
    }
  }

  private void gpu() {
    Path driver = Path.of("/proc/driver/nvidia/version");
    say(
        true,
        "gpu",
        Files.exists(driver)
            ? "an NVIDIA driver is loaded; `nodes` tells whether a node could use it"
            : "no NVIDIA driver; nodes compute on the CPU");
  }

  private void disk() {
    Path home = root.home();
    Path there = home.toAbsolutePath();
    while (there != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      FileStore store = Files.getFileStore(there == null ? Path.of("/") : there);
      long room = store.getUsableSpace();
      say(room >= ROOM_WANTED_BYTES, "home", "%s, %s free".formatted(home, Figures.bytes(room)));
    } catch (IOException e) {
      say(false, "home", "Expected to measure the room at '%s', but: %s".formatted(home, e));
    }
  }

  /// None running is no illness.
  private void broker() {
    try (BrokerClient client = root.client()) {
      BrokerView broker = client.get("/api/v1", BrokerView.class);
      int nodes = client.list("/api/v1/nodes", 500).size();
      say(
          true,
          "broker",
          "%s at %s, %s known, log position %d"
              .formatted(
                  broker.version(),
                  client.address(),
                  Figures.count(nodes, "node"),
                  broker.position()));
    } catch (CommandFailed e) {
      say(true, "broker", e.words());
    }
  }

  private void say(boolean fine, String what, String found) {
    PrintStream out = root.surroundings().out();
    out.printf("%-8s %-4s %s%n", what, fine ? "ok" : "BAD", found);
    well &= fine;
  }
}
