package org.mycoswarm.benchmarks.stages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.benchmarks.Client;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.LeaseGrant;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.RenewRequest;
import org.mycoswarm.schema.wire.ResourceSlots;
import org.mycoswarm.schema.wire.StageAnswer;
import org.mycoswarm.schema.wire.StageCall;
import org.mycoswarm.schema.wire.StageManifest;
import org.mycoswarm.schema.wire.StageOpen;
import org.mycoswarm.schema.wire.StagePayload;
import org.mycoswarm.schema.wire.WorkRequest;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.Tensor;

/// A node that holds one stage and, in place of computing, waits for a fixed time: it registers,
/// leases, renews and answers over the WebSocket as a real one does. One call after the other.
final class StandIn implements AutoCloseable {
  private static final long RENEW_MILLIS = 1_500;
  private static final double RATE = 1e9;
  private static final int TOKEN = 7;

  private final Client client;
  private final String broker;
  private final String id;
  private final Times times;
  private final Ticks ticks;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Map<String, StageOpen> sessions = new HashMap<>();
  private final Thread work;

  /// @param stageMillis what one step takes
  /// @param wayMillis what a message takes more than it takes anyway, each way
  record Times(double stageMillis, double wayMillis) {}

  /// @param broker its URL
  /// @param ramMiB that it says it has
  private StandIn(String broker, String id, long ramMiB, Times times, Ticks ticks) {
    this.client = new Client(broker);
    this.broker = broker;
    this.id = id;
    this.times = times;
    this.ticks = ticks;
    this.work = Thread.ofPlatform().name(id).daemon().unstarted(() -> run(ramMiB));
  }

  static StandIn start(String broker, String id, long ramMiB, Times times, Ticks ticks) {
    StandIn node = new StandIn(broker, id, ramMiB, times, ticks);
    node.work.start();
    return node;
  }

  private void run(long ramMiB) {
    try {
      JsonNode _ = client.post("/nodes", report(ramMiB));
      while (true) {
        JsonNode answer = client.post("/nodes/" + id + "/work", new WorkRequest(List.of(), 1, 10));
        JsonNode lease = answer.get("leases").get(0);
        if (lease != null) {
          hold(Json.LENIENT.treeToValue(lease, LeaseGrant.class));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // it was closed
    } catch (IOException e) {
      System.err.printf("'%s' is no stage any more: %s%n", id, e.getMessage());
    }
  }

  private NodeReport report(long ramMiB) {
    CapabilityView capability =
        new CapabilityView("shard-forward", null, null, "cpu", RATE, "bytes");
    return new NodeReport(
        id,
        id,
        List.of(capability),
        JsonNodeFactory.instance.objectNode(),
        new ResourceSlots(null, ramMiB, null),
        null);
  }

  private void hold(LeaseGrant lease) throws IOException, InterruptedException {
    StagePayload payload = Json.LENIENT.treeToValue(lease.payload(), StagePayload.class);
    StageManifest manifest =
        Json.LENIENT.treeToValue(client.get("/blobs/" + payload.manifest()), StageManifest.class);
    URI at =
        URI.create(
            "%s/api/v1/pipelines/%s/stages/%d?lease=%s"
                .formatted(
                    broker.replaceFirst("^http", "ws"),
                    payload.pipeline(),
                    payload.stage(),
                    lease.lease()));
    Thread renewing = Thread.ofPlatform().daemon().start(() -> renew(lease.lease()));
    try (Line line = Line.open(http, at, (long) (times.wayMillis() * 1e6))) {
      while (true) {
        answer(line, line.take(), manifest);
      }
    } finally {
      renewing.interrupt();
    }
  }

  private void renew(String lease) {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(RENEW_MILLIS);
        JsonNode _ = client.post("/nodes/" + id + "/renew", new RenewRequest(List.of(lease)));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the stage is over
    } catch (IOException e) {
      System.err.printf("'%s' could not renew its lease: %s%n", id, e.getMessage());
    }
  }

  private void answer(Line line, ByteBuffer message, StageManifest manifest) throws IOException {
    Frame frame = Frame.decode(message);
    long start = System.nanoTime();
    if (!frame.tensors().isEmpty()) {
      ticks.arrived();
    }
    StageCall call = Json.LENIENT.readValue(frame.header(), StageCall.class);
    String session = call.session();
    if (call.op().equals(StageCall.OPEN)) {
      sessions.put(Objects.requireNonNull(session), Objects.requireNonNull(call.open()));
    } else if (call.op().equals(StageCall.CLOSE)) {
      sessions.remove(Objects.requireNonNull(session));
    }
    if (!call.op().equals(StageCall.STEP)) {
      boolean tokenize = call.op().equals(StageCall.TOKENIZE);
      line.send(
          frame(
              new StageAnswer(
                  call.call(),
                  StageAnswer.OK,
                  null,
                  null,
                  tokenize ? List.of(1, 2, 3) : null,
                  null,
                  null,
                  null,
                  null),
              List.of()));
      return;
    }
    compute(start + (long) (times.stageMillis() * 1e6));
    StageOpen open = Objects.requireNonNull(sessions.get(Objects.requireNonNull(session)));
    int tokens = Objects.requireNonNull(call.ids()).size();
    if (manifest.last()) {
      ticks.token(session);
      line.send(frame(sampled(call, open, tokens), List.of()));
    } else {
      ticks.left();
      line.send(
          frame(
              new StageAnswer(
                  call.call(), StageAnswer.OK, null, null, null, null, null, null, null),
              manifest.outputs().stream().map(name -> tensor(name, tokens)).toList()));
    }
  }

  private static StageAnswer sampled(StageCall call, StageOpen open, int tokens) {
    long end = Objects.requireNonNull(call.position()) + tokens;
    long answered = end - open.promptTokens() + 1;
    int max = Objects.requireNonNull(open.sampling()).tokensMax();
    @Nullable String finish = answered >= max ? "length" : null;
    return new StageAnswer(call.call(), StageAnswer.OK, null, null, null, TOKEN, "x", finish, null);
  }

  private static ByteBuffer frame(StageAnswer answer, List<Tensor> tensors) throws IOException {
    return new Frame(Json.LENIENT.writeValueAsString(answer), tensors).encode();
  }

  private static Tensor tensor(String name, int tokens) {
    return Tensor.ofFloats(
        name, List.of(1L, (long) tokens, (long) Wide.HIDDEN), new float[tokens * Wide.HIDDEN]);
  }

  private static void compute(long untilNanos) {
    for (long left = untilNanos - System.nanoTime(); left > 0; ) {
      LockSupport.parkNanos(left);
      left = untilNanos - System.nanoTime();
    }
  }

  @Override
  public void close() {
    work.interrupt();
    http.shutdownNow();
  }
}
