package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.SubmitCall.Submitted;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.schema.wire.SubmitRequest;
import org.mycoswarm.schema.wire.WorkRequest;

/// The three calls that are made once or more for each task: submit, work, complete. Jersey's way
/// to them costs several times what they do themselves, so the server may take a request that is in
/// the usual form straight here. What they do, check and say is the resources' own code; see
/// `docs/adr/0008-hot-calls-pass-by-jersey.md`. Thread-safe; calls block.
public final class HotCalls {
  private static final String JOBS = "/api/v1/jobs";
  private static final String NODES = "/api/v1/nodes/";
  private static final String WORK = "/work";
  private static final String LEASES = "/api/v1/leases/";
  private static final String COMPLETE = "/complete";

  private final SubmitCall submit;
  private final WorkCalls work;
  private final LeaseEnds ends;
  private final int bytesMax;

  /// A request whose headers are in order.
  ///
  /// @param origin scheme and authority it was sent to, such as `http://127.0.0.1:6926`
  /// @param key value of the header Idempotency-Key
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Asked(String origin, @Nullable String key, byte[] body) {}

  /// @param body JSON
  /// @param headers beside those that every answer has
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  public record Reply(int status, byte[] body, Map<String, String> headers) {}

  /// What is called by one path.
  @FunctionalInterface
  public interface Call {
    /// @throws RuntimeException what [Failures] makes a problem document of
    Reply answer(Asked asked) throws InterruptedException;
  }

  HotCalls(SubmitCall submit, WorkCalls work, LeaseEnds ends, int bytesMax) {
    this.submit = submit;
    this.work = work;
    this.ends = ends;
    this.bytesMax = bytesMax;
  }

  /// The call at a path as it was sent, or null when Jersey has to look at it: other calls, and
  /// these in a form that needs decoding.
  public @Nullable Call at(String path) {
    if (path.equals(JOBS)) {
      return this::submit;
    }
    String node = between(path, NODES, WORK);
    if (node != null) {
      return asked -> work(node, asked);
    }
    String lease = between(path, LEASES, COMPLETE);
    return lease == null ? null : asked -> complete(lease, asked);
  }

  /// The largest body in bytes that is taken here.
  public int bytesMax() {
    return bytesMax;
  }

  private Reply submit(Asked asked) throws InterruptedException {
    Submitted submitted =
        submit.answer(StrictJson.read(asked.body(), SubmitRequest.class), asked.key());
    byte[] body = JsonBodies.bytes(submitted.job());
    return submitted.repeated()
        ? new Reply(200, body, Map.of("Idempotent-Replayed", "true"))
        : new Reply(
            201, body, Map.of("Location", asked.origin() + JOBS + "/" + submitted.job().job()));
  }

  private Reply work(String node, Asked asked) throws InterruptedException {
    NodeId id = Inputs.node(node);
    return ok(work.answer(id, StrictJson.read(asked.body(), WorkRequest.class)));
  }

  private Reply complete(String lease, Asked asked) throws InterruptedException {
    JsonNode report = StrictJson.read(asked.body(), JsonNode.class);
    return ok(ends.answer(lease, Reports.COMPLETED, report));
  }

  private static Reply ok(Object view) {
    return new Reply(200, JsonBodies.bytes(view), Map.of());
  }

  /// One plain segment of a path, or null when there is another thing.
  private static @Nullable String between(String path, String start, String end) {
    if (!path.startsWith(start) || !path.endsWith(end)) {
      return null;
    }
    int to = path.length() - end.length();
    if (to <= start.length()) {
      return null;
    }
    for (int i = start.length(); i < to; i++) {
      char c = path.charAt(i);
      if (c == '/' || c == '%' || c == ';') {
        return null;
      }
    }
    return path.substring(start.length(), to);
  }
}
