package org.mycoswarm.benchmarks.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.Calm;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Outcome;
import org.mycoswarm.benchmarks.load.Row;
import org.mycoswarm.benchmarks.load.Spread;
import org.mycoswarm.schema.json.Json;

/// Row 7: a broker with a million tasks pending beside one with none, in turn. Both have taken the
/// million, and one has given it up again; both then get the same calls in the same order, so that
/// logs, tables and compiled code are alike. A round puts in what it will take out, or takes out
/// what it has put in, so that every round begins with as many tasks as the first.
public final class PendingRows {
  private static final int NUMBER = 7;
  private static final List<Row> ROWS = List.of(Row.SINGLE, Row.WORK_ONE, Row.WORK_BATCH);

  /// Room under the broker's limit for what a round puts in.
  private static final int ROOM = 100_000;

  private static final int ROUND_MAX = 90_000;
  private static final int CALM_SECONDS = 600;
  private static final int WARM_ROUNDS = 2;

  private PendingRows() {}

  public static List<Figure> run(Path lib, Path work, int pending, int rounds, int seconds)
      throws Exception {
    try (BrokerContender few = broker(lib, work.resolve("pending-few"));
        BrokerContender many = broker(lib, work.resolve("pending-many"))) {
      int most = Math.min(pending, most(many));
      int tasks = Math.min(pending, most(many) - ROOM);
      fill(few, most);
      few.clear();
      fill(many, most);
      List<Figure> figures = new ArrayList<>();
      figures.add(heap(many, most));
      many.takeOut(most - tasks);
      for (Row row : ROWS) {
        figures.add(
            new Figure(
                NUMBER,
                "%,d tasks pending: %s, of an empty queue's rate".formatted(tasks, row.title()),
                "%",
                Spread.of(shares(few, many, row, rounds, seconds)),
                ">= 90 %"));
      }
      return figures;
    }
  }

  private static void fill(BrokerContender broker, int tasks) throws Exception {
    broker.fill(tasks);
    Calm.await(broker, CALM_SECONDS);
  }

  private static Figure heap(BrokerContender many, int tasks) throws IOException {
    String name = "%,d tasks pending: heap in use".formatted(tasks);
    Spread heap = Spread.of(Heap.liveMegabytes(many.broker()));
    return new Figure(NUMBER, name, "MB", heap, "<= 400 MB");
  }

  private static BrokerContender broker(Path lib, Path home)
      throws IOException, InterruptedException {
    return new BrokerContender(RunningBroker.start(lib, home, List.of()));
  }

  private static double[] shares(
      BrokerContender few, BrokerContender many, Row row, int rounds, int seconds)
      throws Exception {
    double[] shares = new double[rounds];
    for (int i = -WARM_ROUNDS; i < rounds; i++) {
      double withFew = rate(few, row, seconds);
      double withMany = rate(many, row, seconds);
      System.out.printf(
          "Row %d, %s: %,.0f/s with none pending, %,.0f/s with many%n",
          NUMBER, row, withFew, withMany);
      if (i >= 0) {
        shares[i] = 100 * withMany / withFew;
      }
    }
    return shares;
  }

  /// So few tasks that nobody runs dry: the workers hold a batch each when the last one is begun.
  private static double rate(BrokerContender broker, Row row, int seconds) throws Exception {
    long tasks = Math.min(ROUND_MAX, seconds * (row.batch() == 1 ? 8_000L : 30_000L));
    if (row.takesWork()) {
      fill(broker, (int) tasks + row.callers() * row.batch());
    }
    Calm.await(broker, CALM_SECONDS);
    Outcome outcome = broker.run(row, seconds, tasks);
    broker.takeOut(row.takesWork() ? tasks - outcome.operations() : outcome.operations());
    Calm.await(broker, CALM_SECONDS);
    return outcome.perSecond();
  }

  /// Tasks that a broker holds at most.
  private static int most(BrokerContender broker) throws IOException {
    try (HttpConnection connection = broker.broker().connect()) {
      byte[] limits = connection.call(Requests.get("/api/v1/limits"));
      JsonNode most = Json.LENIENT.readTree(limits).path("openTasksMax");
      return most.asInt(Integer.MAX_VALUE);
    }
  }
}
