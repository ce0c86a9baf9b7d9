package org.mycoswarm.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Outcome;
import org.mycoswarm.benchmarks.load.Row;
import org.mycoswarm.benchmarks.load.Spread;

/// Row 9: what a broker costs that has nothing to do, and how soon it serves. Cold means a new
/// process in a new home; the machine may have the jars in memory.
public final class FootprintRows {
  private static final int NUMBER = 9;
  private static final List<String> SMALL = List.of("-Xmx64m");

  private record Idle(double ready, double heap, double resident) {}

  private FootprintRows() {}

  public static List<Figure> run(Path lib, Path work, int rounds, int seconds) throws Exception {
    List<Idle> idle = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      idle.add(idle(lib, work.resolve("idle-" + i), List.of()));
    }
    List<Figure> figures = new ArrayList<>();
    figures.add(figure("ready, cold", "s", Spread.of(idle, Idle::ready), "<= 3 s"));
    figures.add(figure("heap in use, idle", "MB", Spread.of(idle, Idle::heap), "<= 128 MB"));
    figures.add(figure("resident memory, idle", "MB", Spread.of(idle, Idle::resident), ""));
    figures.addAll(small(lib, work.resolve("small"), seconds));
    return figures;
  }

  /// @return seconds until a new broker in a new home serves
  static double coldStart(Path lib, Path home) throws IOException, InterruptedException {
    return idle(lib, home, List.of()).ready();
  }

  private static Idle idle(Path lib, Path home, List<String> jvm)
      throws IOException, InterruptedException {
    try (RunningBroker broker = RunningBroker.start(lib, home, jvm)) {
      double resident = Heap.residentMegabytes(broker);
      return new Idle(broker.startSeconds(), Heap.liveMegabytes(broker), resident);
    }
  }

  /// Serves with the memory that a small computer can spare.
  private static List<Figure> small(Path lib, Path home, int seconds) throws Exception {
    try (BrokerContender broker = new BrokerContender(RunningBroker.start(lib, home, SMALL))) {
      broker.run(Row.SINGLE, seconds);
      Outcome submitted = broker.run(Row.SINGLE, seconds);
      Outcome worked = broker.run(Row.WORK_ONE, seconds);
      return List.of(
          small("single submit, 16 callers", submitted),
          small("lease + complete one at a time, 16 workers", worked));
    }
  }

  private static Figure small(String name, Outcome outcome) {
    return figure("with -Xmx64m: " + name, "tasks/s", Spread.of(outcome.perSecond()), "serves");
  }

  private static Figure figure(String name, String unit, Spread value, String goal) {
    return new Figure(NUMBER, name, unit, value, goal);
  }
}
