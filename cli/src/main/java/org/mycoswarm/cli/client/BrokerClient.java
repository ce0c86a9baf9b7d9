package org.mycoswarm.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.SubmitRequest;

/// The calls of the HTTP protocol that the commands make. All of them may be repeated without harm,
/// so a lost connection is tried again for as long as its patience lasts. Any thread may call it.
public final class BrokerClient implements AutoCloseable {
  private static final int PAGE_ITEMS_MAX = 500;

  /// On a slower line an upload is not worth waiting for.
  private static final long UPLOAD_BYTES_PER_SECOND_MIN = 16 << 10;

  /// Reading a log of any length again.
  private static final Duration READ_LOG_MAX = Duration.ofDays(1);

  /// A broker whose queue or tables are behind reads no faster than these follow.
  private static final Duration BULK_MAX = Duration.ofDays(1);

  /// A question may wait for its turn behind others.
  private static final Duration FIRST_PIECE_MAX = Duration.ofMinutes(10);

  private final Connection connection;
  private final Duration patience;

  /// One that gives up at the first call that is not answered.
  public BrokerClient(BrokerLocator locator) {
    this(new Connection(locator), Duration.ZERO);
  }

  private BrokerClient(Connection connection, Duration patience) {
    this.connection = connection;
    this.patience = patience;
  }

  /// The same connection, but a broker that does not answer is tried again for this long: for work
  /// that should outlive a restart of the broker.
  public BrokerClient patient(Duration patience) {
    return new BrokerClient(connection, patience);
  }

  public BrokerAddress address() {
    return connection.address();
  }

  public JsonNode get(String path) {
    return exchange(path, HttpRequest.Builder::GET, BrokerClient::tree);
  }

  public <T> T get(String path, Class<T> type) {
    return Wire.read(get(path), type);
  }

  public JsonNode post(String path) {
    return exchange(path, request -> request.POST(BodyPublishers.noBody()), BrokerClient::tree);
  }

  /// @param body becomes JSON
  public JsonNode post(String path, Object body) {
    return exchange(path, request -> json(request, "POST", body), BrokerClient::tree);
  }

  /// @param body becomes JSON
  public JsonNode put(String path, Object body) {
    return exchange(path, request -> json(request, "PUT", body), BrokerClient::tree);
  }

  public void delete(String path) {
    byte[] _ = exchange(path, HttpRequest.Builder::DELETE, BrokerClient::bytes);
  }

  private static HttpRequest.Builder json(HttpRequest.Builder request, String method, Object body) {
    return request
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofByteArray(Wire.bytes(body)));
  }

  /// Lets the broker check its log and its state, for as long as that takes: a `LogCheck`.
  public JsonNode verifyLog() {
    return postLong("/api/v1/log/verify");
  }

  /// Asks for what reads the whole log, and waits for as long as that takes.
  public JsonNode postLong(String path) {
    return exchange(
        path,
        request -> request.timeout(READ_LOG_MAX).POST(BodyPublishers.noBody()),
        BrokerClient::tree);
  }

  /// Asks for what takes as long as it takes, such as a model's answer.
  ///
  /// @param body becomes JSON
  public JsonNode postLong(String path, Object body) {
    return exchange(
        path, request -> json(request.timeout(READ_LOG_MAX), "POST", body), BrokerClient::tree);
  }

  public JobView job(String job) {
    return get("/api/v1/jobs/" + segment(job), JobView.class);
  }

  /// The items of a listing, page after page, at most `limit` of them.
  ///
  /// @param path with a query or without
  public List<JsonNode> list(String path, int limit) {
    List<JsonNode> items = new ArrayList<>();
    String start = path + (path.contains("?") ? "&" : "?") + "limit=";
    String cursor = null;
    do {
      int want = Math.min(PAGE_ITEMS_MAX, limit - items.size());
      JsonNode page = get(start + want + (cursor == null ? "" : "&cursor=" + segment(cursor)));
      page.path("items").forEach(items::add);
      cursor = page.hasNonNull("next") ? page.get("next").asText() : null;
    } while (cursor != null && items.size() < limit);
    return items;
  }

  /// @param key a repeat with the same key gives the same job
  public JobView submit(SubmitRequest submission, String key) {
    byte[] body = Wire.bytes(submission);
    return exchange(
        "/api/v1/jobs",
        request ->
            request
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(BodyPublishers.ofByteArray(body)),
        answer -> Wire.read(tree(answer), JobView.class));
  }

  /// Submits a task a line, in one request. A body that was lost half-way is sent again.
  ///
  /// @param path with what the jobs have in common as its query
  /// @param lines can be sent more than once
  /// @param key a repeat with the same key submits only what is missing
  public BulkAnswer submitLines(String path, BodyPublisher lines, String key) {
    return exchange(
        path,
        request ->
            request
                .timeout(BULK_MAX)
                // A refusal comes before the body is sent, and not in its middle.
                .expectContinue(true)
                .header("Content-Type", "application/x-ndjson")
                .header("Idempotency-Key", key)
                .POST(lines),
        BulkAnswer::read);
  }

  public boolean hasBlob(String sha256) {
    try {
      return exchange(
          "/api/v1/blobs/" + sha256,
          request -> request.method("HEAD", BodyPublishers.noBody()),
          answer -> true);
    } catch (BrokerRefused e) {
      if (e.status() == 404) {
        return false;
      }
      throw e;
    }
  }

  public void putBlob(String sha256, BodyPublisher body) {
    exchange(
        "/api/v1/blobs/" + sha256,
        request ->
            request
                .timeout(uploadMax(body.contentLength()))
                .header("Content-Type", "application/octet-stream")
                .PUT(body),
        BrokerClient::bytes);
  }

  /// The time limit of a call covers the sending of its body.
  static Duration uploadMax(long bytes) {
    return Connection.ANSWER_MAX.plusSeconds(bytes / UPLOAD_BYTES_PER_SECOND_MIN);
  }

  public byte[] blob(String sha256) {
    return exchange("/api/v1/blobs/" + sha256, HttpRequest.Builder::GET, BrokerClient::bytes);
  }

  /// Where an answer of any size goes; asked anew when the connection was lost half-way.
  public interface Sink {
    OutputStream open() throws IOException;
  }

  /// Copies an answer of any size.
  public void copy(String path, Sink sink) {
    exchange(
        path,
        HttpRequest.Builder::GET,
        body -> {
          try (OutputStream out = sink.open()) {
            return body.transferTo(out);
          }
        });
  }

  /// Server-sent events from behind a position on: one try. The caller closes the stream.
  ///
  /// @param after position of the last entry that was seen; null to start at the beginning
  public InputStream events(String path, @Nullable Long after) throws IOException {
    return connection
        .once(
            path,
            request -> {
              request.header("Accept", "text/event-stream");
              return after == null ? request : request.header("Last-Event-ID", after.toString());
            })
        .body();
  }

  /// Posts what is answered bit by bit, and gives each piece of data as it comes: one try, for what
  /// was seen cannot be taken back.
  ///
  /// @param body becomes JSON
  /// @param data what to do with each message
  /// @throws StreamBroken when the connection ends while messages may still come
  public void stream(String path, Object body, Consumer<String> data) {
    try (InputStream answer =
        connection
            .once(path, request -> json(request.timeout(FIRST_PIECE_MAX), "POST", body))
            .body()) {
      read(new EventReader(answer), data);
    } catch (IOException e) {
      throw BrokerUnreachable.at(address(), "nothing answers (" + e.getMessage() + ")");
    }
  }

  private static void read(EventReader events, Consumer<String> data) {
    try {
      for (EventReader.Message next = events.next(); next != null; next = events.next()) {
        data.accept(next.data());
      }
    } catch (IOException e) {
      throw new StreamBroken(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    connection.close();
  }

  /// Makes a text safe as a part of a path or a query.
  public static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private <T> T exchange(String path, Connection.Call call, Connection.Reading<T> reading) {
    return connection.exchange(path, call, reading, patience);
  }

  private static byte[] bytes(InputStream body) throws IOException {
    return body.readAllBytes();
  }

  private static JsonNode tree(InputStream body) throws IOException {
    return Wire.tree(bytes(body));
  }
}
