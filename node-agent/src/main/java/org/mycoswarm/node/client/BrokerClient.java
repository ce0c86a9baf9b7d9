package org.mycoswarm.node.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.Left;
import org.mycoswarm.schema.wire.LimitsView;
import org.mycoswarm.schema.wire.NodeRegistered;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.Problem;
import org.mycoswarm.schema.wire.RenewAnswer;
import org.mycoswarm.schema.wire.RenewRequest;
import org.mycoswarm.schema.wire.WorkAnswer;
import org.mycoswarm.schema.wire.WorkRequest;

/// The calls that a node makes to one broker; each is tried once. Any thread.
///
/// An [IOException] means that no answer came: the call may or may not have been carried out. A
/// [BrokerProblem] means that the broker said no.
public final class BrokerClient {
  private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

  /// The broker waits two minutes for a stage, and for each of a few texts in turn.
  private static final Duration FORWARD_TIME = Duration.ofMinutes(10);

  /// What a connection must carry at least, in bytes a millisecond; a slower one counts as dead.
  private static final int SLOWEST = 256;

  private static final int PROBLEM_BYTES_MAX = 64 << 10;

  private final HttpClient http;
  private final URI broker;
  private final @Nullable Token token;
  private final Duration answerTime;

  /// @param broker such as `http://127.0.0.1:6926`
  /// @param token sent with every call; give it only for a broker that has proved that it knows it
  public BrokerClient(HttpClient http, URI broker, @Nullable Token token) {
    this(http, broker, token, ANSWER_TIME);
  }

  /// @param answerTime for a call that neither waits nor carries much
  BrokerClient(HttpClient http, URI broker, @Nullable Token token, Duration answerTime) {
    this.http = http;
    this.broker = broker;
    this.token = token;
    this.answerTime = answerTime;
  }

  /// What all clients of one process share: HTTP/1.1, because long polls and one connection for
  /// everything do not go together.
  public static HttpClient newHttp() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(3))
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  public URI address() {
    return broker;
  }

  public NodeRegistered register(NodeReport report)
      throws IOException, InterruptedException, BrokerProblem {
    return post("/api/v1/nodes", report, answerTime, NodeRegistered.class);
  }

  /// Reports results and asks for more; waits as long as the request says, and a little.
  public WorkAnswer work(String node, WorkRequest request)
      throws IOException, InterruptedException, BrokerProblem {
    Duration time = answerTime.plusSeconds(request.waitSeconds());
    return post("/api/v1/nodes/" + node + "/work", request, time, WorkAnswer.class);
  }

  /// @param within how long it may take; a renewal that comes late is worth nothing
  public RenewAnswer renew(String node, RenewRequest request, Duration within)
      throws IOException, InterruptedException, BrokerProblem {
    return post("/api/v1/nodes/" + node + "/renew", request, within, RenewAnswer.class);
  }

  /// Hands back whatever the node still holds; it asks for nothing any more.
  public Left leave(String node) throws IOException, InterruptedException, BrokerProblem {
    return post("/api/v1/nodes/" + node + "/leave", Map.of(), answerTime, Left.class);
  }

  public LimitsView limits() throws IOException, InterruptedException, BrokerProblem {
    HttpRequest request = request("/api/v1/limits").GET().build();
    return read(request, send(request, answerTime), LimitsView.class);
  }

  /// The bytes with this hash, checked while they come.
  ///
  /// @param bytesMax more are not read
  public BlobAnswer blob(String sha256, int bytesMax)
      throws IOException, InterruptedException, BrokerProblem {
    HttpRequest request = request("/api/v1/blobs/" + sha256).GET().build();
    HttpResponse<InputStream> response =
        within(answerTime, () -> http.send(request, BodyHandlers.ofInputStream()));
    long bytes = Math.min(announced(response).orElse(bytesMax), bytesMax);
    try (InputStream body = response.body()) {
      return switch (response.statusCode()) {
        case 200 -> within(timeFor(bytes), () -> read(response, sha256, bytesMax));
        case 404 -> new BlobAnswer.Absent();
        default ->
            throw problem(
                request,
                response.statusCode(),
                within(answerTime, () -> body.readNBytes(PROBLEM_BYTES_MAX)));
      };
    }
  }

  /// Some of the bytes of a blob, written on as they come: they may be more than fit in memory.
  /// They are not checked; the blob's hash says nothing of a part.
  ///
  /// @throws BrokerProblem also when the blob is not there, or ends before
  public void range(String sha256, long offset, long bytes, OutputStream to)
      throws IOException, InterruptedException, BrokerProblem {
    HttpRequest request =
        request("/api/v1/blobs/" + sha256)
            .header("Range", "bytes=%d-%d".formatted(offset, offset + bytes - 1))
            .GET()
            .build();
    HttpResponse<InputStream> response =
        within(answerTime, () -> http.send(request, BodyHandlers.ofInputStream()));
    try (InputStream body = response.body()) {
      boolean whole = response.statusCode() == 200 && offset == 0;
      if (response.statusCode() != 206 && !whole) {
        throw problem(
            request,
            response.statusCode(),
            within(answerTime, () -> body.readNBytes(PROBLEM_BYTES_MAX)));
      }
      within(timeFor(bytes), () -> copied(body, bytes, to));
    }
  }

  private static long copied(InputStream from, long bytes, OutputStream to) throws IOException {
    byte[] part = new byte[1 << 16];
    long left = bytes;
    while (left > 0) {
      int read = from.read(part, 0, (int) Math.min(left, part.length));
      if (read < 0) {
        throw new EOFException("%d of %d bytes are missing".formatted(left, bytes));
      }
      to.write(part, 0, read);
      left -= read;
    }
    return bytes;
  }

  /// Opens the line of a stage that this node holds.
  ///
  /// @param lease by which it holds it
  /// @param bytesMax of one message
  public StageConnection stage(String pipeline, int stage, String lease, int bytesMax)
      throws IOException, InterruptedException, BrokerProblem {
    String path = "/api/v1/pipelines/%s/stages/%d?lease=%s".formatted(pipeline, stage, lease);
    String scheme = "https".equals(broker.getScheme()) ? "wss" : "ws";
    URI at = URI.create(scheme + "://" + broker.getRawAuthority()).resolve(path);
    return StageConnection.open(http, at, token, bytesMax);
  }

  private static OptionalLong announced(HttpResponse<?> response) {
    return response.headers().firstValueAsLong("Content-Length");
  }

  private static BlobAnswer read(HttpResponse<InputStream> response, String sha256, int bytesMax)
      throws IOException {
    long announced = announced(response).orElse(-1);
    if (announced > bytesMax) {
      return new BlobAnswer.TooLarge(announced);
    }
    byte[] bytes = response.body().readNBytes(bytesMax);
    if (response.body().read() >= 0) {
      return new BlobAnswer.TooLarge(bytesMax + 1L);
    }
    String found = Sha256.of(bytes);
    return found.equals(sha256) ? new BlobAnswer.Bytes(bytes) : new BlobAnswer.Damaged(found);
  }

  /// Stores bytes under their hash; it does not matter whether the broker has them already.
  ///
  /// @return their hash
  public String store(byte[] bytes) throws IOException, InterruptedException, BrokerProblem {
    String sha256 = Sha256.of(bytes);
    HttpRequest request =
        request("/api/v1/blobs/" + sha256)
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(bytes))
            .build();
    send(request, timeFor(bytes.length));
    return sha256;
  }

  /// Takes texts through all stages of an encoder; waits while a stage is lost.
  ///
  /// @param frame the texts, as `docs/reference/shard-forward.md` has them
  /// @return the frame with the answer
  public byte[] forward(String model, ByteBuffer frame)
      throws IOException, InterruptedException, BrokerProblem {
    byte[] body = new byte[frame.remaining()];
    frame.get(body);
    HttpRequest request =
        request("/api/v1/models/" + URLEncoder.encode(model, UTF_8) + "/forward")
            .header("Content-Type", "application/octet-stream")
            .header("Accept", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return send(request, FORWARD_TIME);
  }

  private <T> T post(String path, Object body, Duration time, Class<T> answer)
      throws IOException, InterruptedException, BrokerProblem {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(Json.LENIENT.writeValueAsBytes(body)))
            .build();
    return read(request, send(request, time), answer);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(broker.resolve(path));
    if (token != null) {
      request.header("Authorization", "Bearer " + token.secret());
    }
    return request;
  }

  private Duration timeFor(long bytes) {
    return answerTime.plusMillis(bytes / SLOWEST);
  }

  private interface Exchange<T> {
    T make() throws IOException, InterruptedException, BrokerProblem;
  }

  /// Bounds the whole exchange. The time of an [HttpRequest] ends with the headers: a connection
  /// that dies without a word while the body is read would hold its reader for ever.
  private static <T> T within(Duration time, Exchange<T> exchange)
      throws IOException, InterruptedException, BrokerProblem {
    FutureTask<T> task = new FutureTask<>(exchange::make);
    Thread.ofVirtual().start(task);
    try {
      return task.get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("no whole answer within " + time.toMillis() + " ms");
    } catch (ExecutionException e) {
      throw failure(e);
    } finally {
      task.cancel(true);
    }
  }

  /// Throws what the exchange threw; what it cannot throw is an error of the program.
  private static IllegalStateException failure(ExecutionException e)
      throws IOException, BrokerProblem {
    return switch (e.getCause()) {
      case IOException failed -> throw failed;
      case BrokerProblem problem -> throw problem;
      case Error error -> throw error;
      case null, default -> new IllegalStateException(e);
    };
  }

  private byte[] send(HttpRequest request, Duration time)
      throws IOException, InterruptedException, BrokerProblem {
    HttpResponse<byte[]> response =
        within(time, () -> http.send(request, BodyHandlers.ofByteArray()));
    if (response.statusCode() / 100 != 2) {
      throw problem(request, response.statusCode(), response.body());
    }
    return response.body();
  }

  private static <T> T read(HttpRequest request, byte[] body, Class<T> type)
      throws IOException, BrokerProblem {
    try {
      return Json.LENIENT.readValue(body, type);
    } catch (JsonProcessingException e) {
      throw new BrokerProblem(call(request), "unreadable", 200, e.getOriginalMessage());
    }
  }

  private static BrokerProblem problem(HttpRequest request, int status, byte[] body) {
    try {
      Problem problem = Json.LENIENT.readValue(body, Problem.class);
      if (problem != null && problem.type() != null) {
        String word =
            problem.type().startsWith(BrokerProblem.TYPE_PREFIX)
                ? problem.type().substring(BrokerProblem.TYPE_PREFIX.length())
                : problem.type();
        return new BrokerProblem(call(request), word, status, String.valueOf(problem.detail()));
      }
    } catch (IOException e) {
      // Not from the broker: something between us, such as a proxy. Its own words are all we have.
      String words = new String(body, 0, Math.min(body.length, 200), UTF_8).strip();
      return new BrokerProblem(
          call(request), "foreign", status, words + " (" + e.getClass().getSimpleName() + ")");
    }
    return new BrokerProblem(call(request), "foreign", status, "no problem document came with it");
  }

  private static String call(HttpRequest request) {
    return request.method() + " " + request.uri().getPath();
  }
}
