package org.mycoswarm.benchmarks.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.benchmarks.load.Calm;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Row;
import org.mycoswarm.benchmarks.load.Spread;
import org.mycoswarm.schema.json.Json;

/// Row 7: a broker with a million tasks pending beside one with nearly none, in turn.
public final class PendingRows {
  private static final int NUMBER = 7;
  private static final List<Row> ROWS = List.of(Row.SINGLE, Row.WORK_ONE, Row.WORK_BATCH);

  /// Room for what the rounds submit.
  private static final int ROOM = 300_000;

  private static final int CALM_SECONDS = 600;
  private static final int WARM_SECONDS = 10;

  private PendingRows() {}

  public static List<Figure> run(Path lib, Path work, int pending, int rounds, int seconds)
      throws Exception {
    try (BrokerContender few = broker(lib, work.resolve("pending-few"));
        BrokerContender many = broker(lib, work.resolve("pending-many"))) {
      int most = most(many);
      int tasks = Math.min(pending, most - ROOM);
      many.fill(tasks);
      Calm.await(many, CALM_SECONDS);
      List<Figure> figures = new ArrayList<>();
      for (Row row : ROWS) {
        Spread share = Spread.of(shares(few, many, row, rounds, seconds));
        figures.add(
            new Figure(
                NUMBER,
                "%,d tasks pending: %s, of an empty queue's rate".formatted(tasks, row.title()),
                "%",
                share,
                ">= 90 %"));
      }
      figures.add(heap(many, Math.min(pending, most)));
      return figures;
    }
  }

  private static Figure heap(BrokerContender many, int pending) throws Exception {
    many.clear();
    many.fill(pending);
    Calm.await(many, CALM_SECONDS);
    String name = "%,d tasks pending: heap in use".formatted(pending);
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
    few(few, row, WARM_SECONDS);
    many.run(row, WARM_SECONDS);
    for (int i = 0; i < rounds; i++) {
      double withFew = few(few, row, seconds);
      double withMany = many.run(row, seconds).perSecond();
      Calm.await(many);
      shares[i] = 100 * withMany / withFew;
    }
    return shares;
  }

  private static double few(BrokerContender few, Row row, int seconds) throws Exception {
    few.prepare(row, seconds);
    Calm.await(few);
    double rate = few.run(row, seconds).perSecond();
    few.clear();
    Calm.await(few);
    return rate;
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
