package org.mycoswarm.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.mycoswarm.benchmarks.load.Caller;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Load;
import org.mycoswarm.benchmarks.load.Outcome;
import org.mycoswarm.benchmarks.load.Prepared;
import org.mycoswarm.benchmarks.load.Row;
import org.mycoswarm.benchmarks.load.Spread;

/// Row 8: a thousand kinds of task and a thousand nodes, each of which can do twenty of them. One
/// caller is one node after the other: what its call for work takes is the broker's time. Beside it
/// the same with one kind and one node, which shows what is the disk's and what is the matching's.
public final class ClassesRows {
  private static final int NUMBER = 8;
  private static final int KINDS_OF_A_NODE = 20;
  private static final int TASKS = 60_000;
  private static final int WARM_SECONDS = 10;

  private ClassesRows() {}

  public static List<Figure> run(Path lib, Path work, int count, int rounds, int seconds)
      throws Exception {
    List<Figure> figures =
        new ArrayList<>(of(lib, work.resolve("classes"), count, rounds, seconds));
    figures.addAll(of(lib, work.resolve("class"), 1, rounds, seconds));
    return figures;
  }

  private static List<Figure> of(Path lib, Path home, int count, int rounds, int seconds)
      throws Exception {
    try (RunningBroker broker = RunningBroker.start(lib, home, List.of());
        HttpConnection connection = broker.connect()) {
      submit(connection, count);
      Caller nodes = new Nodes(connection, count);
      Load.run(List.of(nodes), each -> each.work(1), WARM_SECONDS);
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        outcomes.add(Load.run(List.of(nodes), each -> each.work(1), seconds));
      }
      String name =
          "%,d kinds, %,d nodes: a call that reports and leases, ".formatted(count, count);
      String goal = count == 1 ? "" : "<= 5 ms";
      return List.of(
          new Figure(NUMBER, name + "p50", "ms", Spread.of(outcomes, Outcome::p50), ""),
          new Figure(NUMBER, name + "p99", "ms", Spread.of(outcomes, Outcome::p99), goal));
    }
  }

  private static void submit(HttpConnection connection, int kinds) throws IOException {
    Prepared requests =
        Prepared.of(4, i -> Requests.submit(i, Row.BULK.batch(), task -> kind(task % kinds)));
    for (int i = 0; i < TASKS / Row.BULK.batch(); i++) {
      connection.call(requests.next());
    }
  }

  private static String kind(int number) {
    return "kind-" + number;
  }

  /// Every step is the turn of the next node, on the one connection.
  private static final class Nodes implements Caller {
    private final List<BrokerCaller> callers = new ArrayList<>();
    private int next;

    Nodes(HttpConnection connection, int count) throws IOException {
      Prepared none = Prepared.of(1, _ -> new byte[0]);
      for (int node = 0; node < count; node++) {
        int first = node * 7;
        List<String> kinds =
            IntStream.range(first, first + KINDS_OF_A_NODE)
                .mapToObj(number -> kind(number % count))
                .distinct()
                .toList();
        connection.call(Requests.register("node-" + node, kinds));
        callers.add(
            new BrokerCaller(
                connection, "node-" + node, none, none, new ConcurrentLinkedQueue<>()));
      }
    }

    @Override
    public int work(int batch) throws IOException {
      int done = callers.get(next).work(batch);
      next = (next + 1) % callers.size();
      return done;
    }

    @Override
    public void submit(int tasks) {
      throw new IllegalStateException("Nodes submit nothing");
    }

    @Override
    public void take() throws IOException {
      callers.get(next).take();
    }

    @Override
    public void finish() throws IOException {
      callers.get(next).finish();
    }

    @Override
    public void close() {
      // The connection belongs to whoever opened it.
    }
  }
}
