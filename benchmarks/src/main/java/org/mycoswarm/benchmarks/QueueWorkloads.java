package org.mycoswarm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.TaskSubmission;
import org.mycoswarm.schema.wire.WorkRequest;

/// What the queue does without any inference: tasks of 1 KiB, leased and completed by callers that
/// do no work. Each workload has a task kind of its own, so that none finds another's tasks.
final class QueueWorkloads {
  private static final int CALLERS = 16;
  private static final int BATCH = 100;
  private static final JsonNode PAYLOAD =
      Json.LENIENT.createObjectNode().put("text", "x".repeat(1_000));

  private record Simple(String name, List<String> units, Round one) implements Workload {
    @Override
    public double[] round() throws IOException, InterruptedException {
      return one.run();
    }
  }

  private interface Round {
    double[] run() throws IOException, InterruptedException;
  }

  private final Client client;
  private final int seconds;

  private QueueWorkloads(String url, int seconds) {
    this.client = new Client(url);
    this.seconds = seconds;
  }

  static List<Workload> all(String url, int seconds) {
    QueueWorkloads with = new QueueWorkloads(url, seconds);
    return List.of(
        new Simple("submit, a job of 1 task, 16 callers", List.of("jobs/s"), with::submitSingle),
        new Simple("submit, jobs of 1,000 tasks, 4 callers", List.of("tasks/s"), with::submitBulk),
        new Simple(
            "lease + complete one at a time, 16 nodes", List.of("tasks/s"), with::workSingle),
        new Simple(
            "report 100 and lease 100 in a call, 16 nodes", List.of("tasks/s"), with::workBatch),
        new Simple(
            "submit until leased by a parked node",
            List.of("p50 ms", "p99 ms"),
            with::submitToLease));
  }

  private double[] submitSingle() throws IOException, InterruptedException {
    return new double[] {
      Clients.perSecond(
          CALLERS,
          seconds,
          _ -> {
            submit("bench.submit", 1);
            return 1;
          })
    };
  }

  /// What was submitted is cancelled when the clock has stopped, or the queue would be full soon.
  private double[] submitBulk() throws IOException, InterruptedException {
    Queue<String> jobs = new ConcurrentLinkedQueue<>();
    double rate =
        Clients.perSecond(
            4,
            seconds,
            _ -> {
              jobs.add(submit("bench.bulk", 1_000));
              return 1_000;
            });
    cancel(jobs);
    return new double[] {rate};
  }

  private void cancel(Collection<String> jobs) throws IOException, InterruptedException {
    for (String job : jobs) {
      client.post("/jobs/" + job + "/cancel", Json.LENIENT.createObjectNode());
    }
  }

  private double[] workSingle() throws IOException, InterruptedException {
    return work("bench.single", 1, 20_000L * seconds);
  }

  private double[] workBatch() throws IOException, InterruptedException {
    return work("bench.batch", BATCH, 100_000L * seconds);
  }

  /// Fills the queue first, then lets 16 nodes empty it; figures are only of the second. What is
  /// left is cancelled.
  private double[] work(String kind, int batch, long tasks)
      throws IOException, InterruptedException {
    List<String> jobs = new ArrayList<>();
    for (long submitted = 0; submitted < tasks; submitted += 5_000) {
      jobs.add(submit(kind, (int) Math.min(5_000, tasks - submitted)));
    }
    List<String> nodes = register(kind);
    List<List<ResultReport>> finished = new ArrayList<>(Collections.nCopies(CALLERS, List.of()));
    double rate =
        Clients.perSecond(
            CALLERS,
            seconds,
            caller -> {
              JsonNode answer = call(nodes.get(caller), finished.get(caller), batch, 0);
              int reported = finished.get(caller).size();
              finished.set(caller, results(answer));
              return reported;
            });
    cancel(jobs);
    return new double[] {rate};
  }

  private double[] submitToLease() throws IOException, InterruptedException {
    String kind = "bench.latency";
    String node = register(kind).getFirst();
    int samples = 100 * seconds;
    double[] millis = new double[samples];
    AtomicLong submittedAt = new AtomicLong();
    List<ResultReport> finished = List.of();
    for (int i = 0; i < samples; i++) {
      Thread submitter =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Thread.sleep(3); // long enough for the node to be parked
                      submittedAt.set(System.nanoTime());
                      submit(kind, 1);
                    } catch (IOException | InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      JsonNode answer = call(node, finished, 1, 20);
      millis[i] = (System.nanoTime() - submittedAt.get()) / 1e6;
      finished = results(answer);
      submitter.join();
    }
    call(node, finished, 0, 0);
    Arrays.sort(millis);
    return new double[] {millis[samples / 2], millis[samples * 99 / 100]};
  }

  private String submit(String kind, int tasks) throws IOException, InterruptedException {
    TaskSubmission task = new TaskSubmission(kind, null, "bench", PAYLOAD, List.of(), null, null);
    return client
        .post("/jobs", new SubmitRequest("bench", null, Collections.nCopies(tasks, task)))
        .get("job")
        .asText();
  }

  private List<String> register(String kind) throws IOException, InterruptedException {
    List<String> nodes = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      String node = "bench-" + UUID.randomUUID();
      nodes.add(node);
      ObjectNode detail = Json.LENIENT.createObjectNode();
      client.post(
          "/nodes",
          new NodeReport(
              node,
              "bench",
              List.of(new CapabilityView(kind, null, null, "cpu", 0, null)),
              detail));
    }
    return nodes;
  }

  private JsonNode call(String node, List<ResultReport> results, int want, int waitSeconds)
      throws IOException, InterruptedException {
    return client.post("/nodes/" + node + "/work", new WorkRequest(results, want, waitSeconds));
  }

  private static List<ResultReport> results(JsonNode answer) {
    List<ResultReport> results = new ArrayList<>();
    for (JsonNode lease : answer.get("leases")) {
      results.add(
          new ResultReport(
              lease.get("lease").asText(), "completed", null, null, null, null, null, null));
    }
    return results;
  }
}
