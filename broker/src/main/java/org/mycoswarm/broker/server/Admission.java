package org.mycoswarm.broker.server;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.mycoswarm.broker.api.ProblemType;

/// Bounds how much is answered at a time: whoever comes too many is told at once to come again
/// (429), before the body is read, so a crowd costs neither memory nor the others' time.
///
/// Submissions have a bound of their own, far below the room in the writer's mailbox. What nodes
/// report and ask for is not bounded here, so it always finds room there: each node has few
/// connections, and their number is bounded. So a flood of new work cannot keep done work out, and
/// a node that waits for work takes nobody's place. Event streams count their own places, and so do
/// reads of blobs, of which work is made, and texts that nodes send through the stages of an
/// encoder: a crowd that asks for a model shall not keep the nodes from fetching it.
///
/// Bulk submissions, which may last for minutes, have a few places of their own, so that they do
/// not keep single ones out; of their bodies little is in memory, which `BulkSubmit` sees to.
final class Admission extends Handler.Wrapper {
  private static final String JOBS = "/api/v1/jobs";
  private static final String BULK = JOBS + "/bulk";
  private static final String EMBEDDINGS = "/v1/embeddings";
  private static final String MODELS = "/api/v1/models/";
  private static final String FORWARD = "/forward";
  private static final String BLOBS = "/api/v1/blobs/";
  private static final String CHAT = "/v1/chat/completions";

  /// @param submissionsMax that are taken in at a time
  /// @param submissionBytesMax of their bodies together; a single one is always let in
  /// @param bodyBytesMax of one body that counts; a longer one is refused
  /// @param bulksMax bulk submissions that are taken in at a time
  /// @param embeddingsMax calls for vectors that wait for the nodes at a time; their bodies count
  ///     among those of the submissions; as many texts may be on their way through stages
  /// @param blobsMax blobs, or parts of them, that are read at a time, by nodes for the most part
  /// @param othersMax other reads, uploads and changes by people that are answered at a time
  record Bounds(
      int submissionsMax,
      long submissionBytesMax,
      int bodyBytesMax,
      int bulksMax,
      int embeddingsMax,
      int blobsMax,
      int othersMax) {
    static final Bounds DEFAULT = new Bounds(256, 64L << 20, 8 << 20, 4, 64, 256, 256);
  }

  private final Bounds bounds;
  private final AtomicInteger submissions = new AtomicInteger();
  private final AtomicLong submissionBytes = new AtomicLong();
  private final AtomicInteger bulks = new AtomicInteger();
  private final AtomicInteger embeddings = new AtomicInteger();
  private final AtomicInteger forwards = new AtomicInteger();
  private final AtomicInteger blobs = new AtomicInteger();
  private final AtomicInteger others = new AtomicInteger();

  Admission(Bounds bounds, Handler next) {
    super(next);
    this.bounds = bounds;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = path(request.getHttpURI());
    if (isOfNodes(path) || isStream(path)) {
      return super.handle(request, response, callback);
    }
    if (path.startsWith(MODELS) && path.endsWith(FORWARD)) {
      request.addIdleTimeoutListener(_ -> false); // it waits for stages
      return bounded(
          forwards, bounds.embeddingsMax(), "texts for encoders", request, response, callback);
    }
    // Nothing else is posted to the jobs as a whole.
    boolean post = request.getMethod().equals("POST");
    if (post && path.equals(BULK)) {
      return bulk(request, response, callback);
    }
    if (post && (path.equals(EMBEDDINGS) || path.equals(CHAT))) {
      request.addIdleTimeoutListener(_ -> false); // it waits for the nodes, as a bulk one
      return submission(embeddings, bounds.embeddingsMax(), request, response, callback);
    }
    if (post && path.equals(JOBS)) {
      return submission(submissions, bounds.submissionsMax(), request, response, callback);
    }
    boolean ofWork = request.getMethod().equals("GET") && path.startsWith(BLOBS);
    return ofWork
        ? bounded(blobs, bounds.blobsMax(), "reads of blobs", request, response, callback)
        : bounded(others, bounds.othersMax(), "requests", request, response, callback);
  }

  /// As the resources see it: decoded, without parameters and dots, and with or without a slash at
  /// its end.
  private static String path(HttpURI uri) {
    String path = uri.getCanonicalPath() == null ? "" : uri.getCanonicalPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private boolean bulk(Request request, Response response, Callback callback) throws Exception {
    if (bulks.incrementAndGet() > bounds.bulksMax()) {
      bulks.decrementAndGet();
      return refuse(
          request,
          response,
          callback,
          "Expected at most %,d bulk submissions at a time, but there are more; nothing was submitted, try again in a second"
              .formatted(bounds.bulksMax()));
    }
    // It waits for the queue and the tables for longer than a silent connection may stay open;
    // a body that does not come is still cut off.
    request.addIdleTimeoutListener(_ -> false);
    return answer(request, response, callback, bulks::decrementAndGet);
  }

  private boolean submission(
      AtomicInteger places, int max, Request request, Response response, Callback callback)
      throws Exception {
    long length = request.getLength();
    long bytes = length < 0 ? bounds.bodyBytesMax() : Math.min(length, bounds.bodyBytesMax());
    int now = places.incrementAndGet();
    long bytesNow = submissionBytes.addAndGet(bytes);
    Runnable leave =
        () -> {
          places.decrementAndGet();
          submissionBytes.addAndGet(-bytes);
        };
    if (now > max || (now > 1 && bytesNow > bounds.submissionBytesMax())) {
      leave.run();
      return refuse(
          request,
          response,
          callback,
          "Expected at most %,d submissions of %,d bytes together at a time, but there are more; nothing was submitted, try again in a second"
              .formatted(max, bounds.submissionBytesMax()));
    }
    return answer(request, response, callback, leave);
  }

  private boolean bounded(
      AtomicInteger places,
      int max,
      String what,
      Request request,
      Response response,
      Callback callback)
      throws Exception {
    if (places.incrementAndGet() > max) {
      places.decrementAndGet();
      return refuse(
          request,
          response,
          callback,
          "Expected at most %,d %s at a time, but there are more; nothing was done, try again in a second"
              .formatted(max, what));
    }
    return answer(request, response, callback, places::decrementAndGet);
  }

  private boolean answer(Request request, Response response, Callback callback, Runnable leave)
      throws Exception {
    AtomicBoolean gone = new AtomicBoolean();
    Runnable whenDone =
        () -> {
          if (gone.compareAndSet(false, true)) {
            leave.run();
          }
        };
    Callback leaving = Callback.from(whenDone, callback);
    boolean handled;
    try {
      handled = super.handle(request, response, leaving);
    } catch (Exception | Error e) {
      whenDone.run(); // the server answers, and does not call back through us
      throw e;
    }
    if (!handled) {
      whenDone.run();
    }
    return handled;
  }

  private static boolean refuse(
      Request request, Response response, Callback callback, String detail) {
    response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
    ProblemErrors.write(request, response, callback, ProblemType.OVERLOADED, 429, detail);
    return true;
  }

  private static boolean isOfNodes(String path) {
    return path.startsWith("/api/v1/nodes")
        || path.startsWith("/api/v1/leases/")
        || path.equals("/healthz")
        || path.equals("/api/v1/identity");
  }

  private static boolean isStream(String path) {
    return path.equals("/api/v1/events") || (path.startsWith(JOBS) && path.endsWith("/events"));
  }
}
