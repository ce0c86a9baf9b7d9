package org.mycoswarm.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Spread;

/// Row 6: a broker that starts again on a long log, as a whole process: the JVM, checking the log,
/// replaying it, opening the port.
public final class ReplayRows {
  private static final int NUMBER = 6;

  /// Where a broker keeps its snapshots; without them everything is replayed from the log.
  private static final String SNAPSHOTS = "snapshots";

  private static final int FILL = 20_000;
  private static final int PENDING = 1_000;
  private static final int ROUNDS = 3;

  private record Start(double ready, double firstLease) {}

  private ReplayRows() {}

  /// @param events leases and results in the log; the submissions come on top
  public static List<Figure> run(Path lib, Path work, int events) throws Exception {
    double[] colds = new double[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
      colds[i] = FootprintRows.coldStart(lib, work.resolve("replay-empty-" + i));
    }
    double empty = Spread.of(colds).median();
    Path home = work.resolve("replay");
    write(lib, home, events);
    List<Figure> figures = new ArrayList<>();
    Path snapshots = home.resolve(SNAPSHOTS);
    Spread soon = Spread.of(starts(lib, home), Start::firstLease);
    figures.add(
        figure("from a snapshot of %,d: first lease".formatted(events), "s", soon, "<= 2 s"));
    List<Start> starts = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      remove(snapshots);
      starts.add(start(lib, home));
    }
    Spread ready = Spread.of(starts, Start::ready);
    Spread rate = Spread.of(starts, start -> rate(events, start.ready() - empty));
    String log = "replay of %,d leases and results".formatted(events);
    figures.add(figure(log + ": ready", "s", ready, "<= 5 s for 1,000,000"));
    figures.add(
        figure(log + ", without the start of an empty broker", "events/s", rate, "250,000"));
    Spread lease = Spread.of(starts, Start::firstLease);
    figures.add(figure(log + ": first lease", "s", lease, ""));
    return figures;
  }

  /// Every task is leased once and completed once, which are two events. Some stay pending; they
  /// came after the snapshot.
  private static void write(Path lib, Path home, int events) throws Exception {
    RunningBroker running = RunningBroker.start(lib, home, List.of());
    try (BrokerContender broker = new BrokerContender(running)) {
      for (int left = events / 2; left > 0; left -= FILL) {
        broker.fill(Math.min(left, FILL));
        broker.takeOut(Long.MAX_VALUE);
      }
      try (HttpConnection connection = running.connect()) {
        connection.call(Requests.post("/api/v1/log/snapshot", ""));
      }
      broker.fill(PENDING);
    }
  }

  /// NaN when the log is so short that its replay is lost in the start of the process.
  private static double rate(int events, double seconds) {
    return seconds <= 0 ? Double.NaN : events / seconds;
  }

  private static List<Start> starts(Path lib, Path home) throws Exception {
    List<Start> starts = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      starts.add(start(lib, home));
    }
    return starts;
  }

  private static Start start(Path lib, Path home) throws Exception {
    RunningBroker running = RunningBroker.start(lib, home, List.of());
    try (BrokerContender broker = new BrokerContender(running)) {
      long ready = System.nanoTime();
      try (Caller caller = broker.open(0)) {
        caller.work(1);
      }
      double lease = (System.nanoTime() - ready) / 1e9;
      return new Start(running.startSeconds(), running.startSeconds() + lease);
    }
  }

  private static void remove(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      List<Path> files;
      try (Stream<Path> all = Files.list(folder)) {
        files = all.toList();
      }
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  private static Figure figure(String name, String unit, Spread value, String goal) {
    return new Figure(NUMBER, name, unit, value, goal);
  }
}
