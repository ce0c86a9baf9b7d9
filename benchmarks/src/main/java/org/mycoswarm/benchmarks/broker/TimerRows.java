package org.mycoswarm.benchmarks.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mycoswarm.benchmarks.load.Figure;
import org.mycoswarm.benchmarks.load.Latencies;
import org.mycoswarm.benchmarks.load.Outcome;
import org.mycoswarm.benchmarks.load.Spread;

/// How late a task comes that is due at a time, to a worker that waits for it: its start was put
/// off, or its lease has expired. Counted from the call that set the time on, so that the call
/// itself counts as late.
public final class TimerRows {
  /// It is asked for outside of the table of speed.
  private static final int NO_NUMBER = 0;

  private static final int DELAYED = 100;
  private static final int LEASED = 50;
  private static final double DELAY_SECONDS = 0.5;
  private static final int LEASE_SECONDS = 1;
  private static final int PARKED_SECONDS = 20;
  private static final String KIND = "timed";
  private static final String SILENT = "silent";
  private static final String WAITING = "waiting";

  private final HttpConnection connection;

  private TimerRows(HttpConnection connection) {
    this.connection = connection;
  }

  public static List<Figure> run(Path lib, Path work, int rounds) throws Exception {
    try (RunningBroker broker = RunningBroker.start(lib, work.resolve("timers"), List.of());
        HttpConnection connection = broker.connect()) {
      TimerRows rows = new TimerRows(connection);
      for (String node : List.of(SILENT, WAITING)) {
        connection.call(Requests.register(node, List.of(KIND)));
      }
      List<Outcome> delayed = new ArrayList<>();
      List<Outcome> expired = new ArrayList<>();
      for (int i = 0; i <= rounds; i++) {
        delayed.add(rows.delayed());
        expired.add(rows.expired());
      }
      List<Figure> figures = new ArrayList<>(figures("a start put off", delayed));
      figures.addAll(figures("a lease that expired", expired));
      return figures;
    }
  }

  /// The first round warmed up.
  private static List<Figure> figures(String name, List<Outcome> all) {
    List<Outcome> outcomes = all.subList(1, all.size());
    String late = "how late: " + name + ", ";
    return List.of(
        new Figure(NO_NUMBER, late + "p50", "ms", Spread.of(outcomes, Outcome::p50), ""),
        new Figure(NO_NUMBER, late + "p99", "ms", Spread.of(outcomes, Outcome::p99), "<= 100 ms"));
  }

  private Outcome delayed() throws IOException {
    Map<String, Long> due = new HashMap<>();
    for (int i = 0; i < DELAYED; i++) {
      double seconds = DELAY_SECONDS + i * 0.01;
      long now = System.nanoTime();
      String job = submit("\"delaySeconds\":" + seconds);
      due.put(job, now + (long) (seconds * 1e9));
    }
    return await(due);
  }

  private Outcome expired() throws IOException {
    Map<String, Long> due = new HashMap<>();
    for (int i = 0; i < LEASED; i++) {
      submit("\"leaseSeconds\":" + LEASE_SECONDS);
      long now = System.nanoTime();
      byte[] answer = connection.call(Requests.work(SILENT, List.of(), 1, 0));
      for (String lease : Answers.leases(answer)) {
        due.put(job(lease), now + (long) (LEASE_SECONDS * 1e9));
      }
    }
    return await(due);
  }

  private String submit(String term) throws IOException {
    String task = "{\"tasks\":[{\"kind\":\"%s\",\"payload\":{},%s}]}".formatted(KIND, term);
    return Answers.job(connection.call(Requests.post("/api/v1/jobs", task)));
  }

  /// Takes them one by one as they come.
  private Outcome await(Map<String, Long> due) throws IOException {
    Latencies late = new Latencies();
    List<String> held = List.of();
    for (int left = due.size(); left > 0; left -= held.size()) {
      byte[] answer = connection.call(Requests.work(WAITING, held, 1, PARKED_SECONDS));
      long now = System.nanoTime();
      held = Answers.leases(answer);
      if (held.isEmpty()) {
        throw new IOException(
            "Expected %d more tasks, but none came within %d s".formatted(left, PARKED_SECONDS));
      }
      for (String lease : held) {
        Long time = due.get(job(lease));
        if (time == null || now < time) {
          throw new IOException("Expected no task before its time, but %s came".formatted(lease));
        }
        late.add(now - time);
      }
    }
    connection.call(Requests.work(WAITING, held, 0, 0));
    return Latencies.outcome(List.of(late), due.size(), 1);
  }

  /// A lease is named by its job, the task's number and the attempt.
  private static String job(String lease) {
    return lease.substring(0, lease.indexOf('.'));
  }
}
