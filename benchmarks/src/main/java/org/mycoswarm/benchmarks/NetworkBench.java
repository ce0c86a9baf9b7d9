package org.mycoswarm.benchmarks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.Folders;
import org.mycoswarm.benchmarks.load.Spread;
import org.mycoswarm.benchmarks.stages.SlowLoopback;
import org.mycoswarm.benchmarks.stages.StagedModel;

/// What a slow network costs a model in four stages of 20 ms: tokens a second of one text, and of
/// eight at a time. The broker is the real one, the stages are those of [ShardBench]. Prints a row
/// for each network; those that need root are measured by a process in a network of its own.
///
/// `java -cp ... org.mycoswarm.benchmarks.NetworkBench LIB_FOLDER [ROUNDS [NAME]]`, where NAME is
/// what to call the network as it is.
public final class NetworkBench {
  private static final int STAGES = 4;
  private static final double STAGE_MILLIS = 20;
  private static final int MANY = 8;
  private static final int SECONDS = 2;

  private final Path lib;
  private final Path work;
  private final int rounds;

  private NetworkBench(Path lib, Path work, int rounds) {
    this.lib = lib;
    this.work = work;
    this.rounds = rounds;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 1) {
      System.err.println(
          "Expected the folder of the program's jars, and optionally how many rounds (3); nothing"
              + " was measured");
      System.exit(2);
    }
    Path lib = Path.of(args[0]).toAbsolutePath();
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 3;
    Path work = Files.createTempDirectory("mycoswarm-network");
    try {
      NetworkBench bench = new NetworkBench(lib, work, rounds);
      StagedModel.write(work.resolve("model"));
      if (args.length > 2) {
        bench.row(args[2], 0);
      } else {
        bench.all();
      }
    } finally {
      Folders.delete(work);
    }
  }

  private void all() throws IOException, InterruptedException {
    System.out.printf(
        "| %d stages of %.0f ms | 1 text, tokens/s | spread | %d texts, tokens/s | spread |%n",
        STAGES, STAGE_MILLIS, MANY);
    System.out.println("| --- | --- | --- | --- | --- |");
    row("loopback", 0);
    row("1 ms each way", 1);
    row("5 ms each way", 5);
    String obstacle = SlowLoopback.obstacle();
    if (!obstacle.isEmpty()) {
      System.out.println("100 Mbit/s and 1 % loss were not measured: " + obstacle);
      return;
    }
    try (SlowLoopback network = new SlowLoopback()) {
      inside(network, "loopback in packets of 1,500 bytes");
      network.limit(100);
      inside(network, "the same, 100 Mbit/s for all together");
      network.unlimited();
      network.lose(1);
      inside(network, "the same, 1 % of the packets lost");
    }
  }

  /// A process of its own measures there.
  private void inside(SlowLoopback network, String name) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(network.prefix());
    command.addAll(
        List.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            absolute(System.getProperty("java.class.path")),
            NetworkBench.class.getName(),
            lib.toString(),
            Integer.toString(rounds),
            name));
    int code = new ProcessBuilder(command).inheritIO().start().waitFor();
    if (code != 0) {
      throw new IOException(
          "Expected %s to end with 0, but it ended with %d".formatted(command, code));
    }
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        List.of(classPath.split(File.pathSeparator)).stream()
            .map(entry -> new File(entry).getAbsolutePath())
            .toList());
  }

  private void row(String name, double wayMillis) throws IOException, InterruptedException {
    double[] lone = new double[rounds];
    double[] many = new double[rounds];
    Path home = Files.createTempDirectory(work, "broker");
    try (StagedModel model =
        StagedModel.start(lib, home, work.resolve("model"), STAGES, STAGE_MILLIS, wayMillis)) {
      for (int i = -1; i < rounds; i++) {
        int tokens = (int) (SECONDS * 1_000 / (STAGE_MILLIS * MANY));
        lone[Math.max(i, 0)] = model.tokensPerSecond(1, 2 * tokens);
        many[Math.max(i, 0)] = model.tokensPerSecond(MANY, 2 * tokens);
      }
    }
    Spread one = Spread.of(lone);
    Spread all = Spread.of(many);
    System.out.printf(
        "| %s | %s | %s | %s | %s |%n",
        name,
        Numbers.of(one.median()),
        Numbers.range(one),
        Numbers.of(all.median()),
        Numbers.range(all));
  }
}
