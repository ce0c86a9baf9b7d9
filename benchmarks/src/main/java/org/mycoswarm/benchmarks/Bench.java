package org.mycoswarm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Measures a broker and nodes as people run them: real processes, real HTTP, every answer after
/// its sync. Prints one row for each workload: the median over the rounds, and the spread.
///
/// `java -cp ... org.mycoswarm.benchmarks.Bench LIB_FOLDER MODELS_FOLDER [ROUNDS] [SECONDS]`
public final class Bench {
  private Bench() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 2) {
      System.err.println(
          "Expected the folders of the program's jars and models, and optionally rounds (5) and"
              + " seconds a round (5)");
      System.exit(2);
    }
    Path lib = Path.of(args[0]).toAbsolutePath();
    Path models = Path.of(args[1]).toAbsolutePath();
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    int seconds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
    Path work = Files.createTempDirectory("mycoswarm-bench");
    try {
      run(lib, models, rounds, seconds, work);
    } finally {
      Folders.delete(work);
    }
  }

  private static void run(Path lib, Path models, int rounds, int seconds, Path work)
      throws IOException, InterruptedException {
    System.out.println(Machine.describe());
    System.out.println(
        "Durability: every answer after a sync to disk. "
            + rounds
            + " rounds of "
            + seconds
            + " s, median [least .. most]");
    Table table = new Table();
    try (Processes processes = new Processes(lib, models, work)) {
      BrokerProcess broker = processes.broker("load");
      List<Workload> workloads = new ArrayList<>(QueueWorkloads.all(broker.url(), seconds));
      for (Workload workload : workloads) {
        table.print(Rounds.of(workload, rounds));
      }
      broker.stop();
      table.print(Rounds.of(new ReplayWorkload(broker.home().resolve("log")), rounds));
      for (int nodes = 1; nodes <= 2; nodes++) {
        try (EmbedWorkload workload = new EmbedWorkload(processes, nodes)) {
          table.print(Rounds.of(workload, Math.min(rounds, 3)));
        }
      }
    }
  }
}
