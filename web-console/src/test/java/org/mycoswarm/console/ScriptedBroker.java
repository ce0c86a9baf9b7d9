package org.mycoswarm.console;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.BrokerView;
import org.mycoswarm.schema.wire.LogEntryView;
import org.mycoswarm.schema.wire.LogView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.Problem;
import org.mycoswarm.schema.wire.TaskView;

/// Serves the built page, and a [ScriptedSwarm] over the protocol that the page uses. It can be
/// stopped and started again on the same port, ask for a token, and it remembers who called what.
final class ScriptedBroker implements AutoCloseable {
  private static final Pattern JOB = Pattern.compile("/jobs/([^/]+)(/.*)?");
  private static final String COLLECTIONS = "/collections";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  ScriptedSwarm swarm = new ScriptedSwarm();
  final ScriptedCollections collections = new ScriptedCollections();
  final ScriptedModels models = new ScriptedModels();

  /// Every call, as `GET /path?query`.
  final List<String> calls = new CopyOnWriteArrayList<>();

  /// Where each stream asked to begin: `Last-Event-ID 7`, `after 7` or `now`.
  final List<String> resumed = new CopyOnWriteArrayList<>();

  final AtomicInteger streams = new AtomicInteger();
  private String id = "b7k2";
  private @Nullable String token;
  private HttpServer server;
  private ExecutorService threads;

  ScriptedBroker() throws IOException {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = serve(0);
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void requireToken(String required) {
    token = required;
  }

  /// Breaks every connection, streams too.
  void stop() {
    server.stop(0);
    threads.shutdownNow();
  }

  /// Somebody removed the broker's home: another id, another log.
  void becomeAnother() {
    id = "x9q1";
    swarm = new ScriptedSwarm();
  }

  void startAgain() throws IOException {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = serve(server.getAddress().getPort());
  }

  @Override
  public void close() {
    stop();
  }

  private HttpServer serve(int port) throws IOException {
    HttpServer made =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64);
    made.setExecutor(threads);
    made.createContext("/console/", this::page);
    made.createContext("/api/v1", this::api);
    made.start();
    return made;
  }

  private void page(HttpExchange call) throws IOException {
    String path = call.getRequestURI().getPath();
    String file = path.equals("/console/") ? "/console/index.html" : path;
    try (InputStream resource = getClass().getResourceAsStream("/META-INF/resources" + file)) {
      call.getResponseHeaders().set("Content-Security-Policy", "default-src 'self'");
      String end = file.substring(file.lastIndexOf('.') + 1);
      byte[] body = resource == null ? new byte[0] : resource.readAllBytes();
      send(
          call,
          resource == null ? 404 : 200,
          TYPES.getOrDefault(end, "application/octet-stream"),
          body);
    }
  }

  private void api(HttpExchange call) throws IOException {
    calls.add(call.getRequestMethod() + " " + call.getRequestURI());
    String path = call.getRequestURI().getPath().substring("/api/v1".length());
    Map<String, String> query = query(call);
    if (!allowed(call, query)) {
      problem(
          call,
          401,
          "unauthorized",
          "Expected the token of this broker, but the call carried none or another one; nothing was"
              + " done. Paste the token that `up --lan` printed.");
    } else if (path.equals("/events")) {
      stream(call, query);
    } else if (path.endsWith("/results")) {
      send(call, 200, "application/x-ndjson", "{\"vector\":[]}\n".getBytes(StandardCharsets.UTF_8));
    } else {
      answer(call, path, query);
    }
  }

  private boolean allowed(HttpExchange call, Map<String, String> query) {
    String given = call.getRequestHeaders().getFirst("Authorization");
    boolean stream = call.getRequestURI().getPath().endsWith("/events");
    return token == null
        || ("Bearer " + token).equals(given)
        || (stream && token.equals(query.get("access_token")));
  }

  private void answer(HttpExchange call, String path, Map<String, String> query)
      throws IOException {
    Matcher job = JOB.matcher(path);
    if (job.matches()) {
      ofJob(call, job.group(1), job.group(2) == null ? "" : job.group(2), query);
    } else if (path.startsWith(COLLECTIONS)) {
      ofCollections(call, path.substring(COLLECTIONS.length()));
    } else if (path.startsWith("/models") || path.equals("/pipelines")) {
      json(call, Objects.requireNonNull(models.call(path), path));
    } else {
      json(call, listing(path, query));
    }
  }

  private void ofCollections(HttpExchange call, String path) throws IOException {
    String body = new String(call.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Object answer = collections.call(call.getRequestMethod(), path, body);
    if (answer == null) {
      problem(
          call, 404, "not-found", "Expected a collection '%s', but there is none".formatted(path));
    } else {
      json(call, answer);
    }
  }

  private Object listing(String path, Map<String, String> query) {
    return switch (path) {
      case "/jobs" -> paged(swarm.jobs(), query, is(query.get("state"), view -> view.state()));
      case "/nodes" -> paged(swarm.nodes(), query, node -> true);
      case "/log" ->
          new Page<>(swarm.after(Long.parseLong(query.getOrDefault("after", "0"))), null);
      case "" -> broker();
      default -> swarm.task(path.substring("/tasks/".length()));
    };
  }

  private void ofJob(HttpExchange call, String job, String rest, Map<String, String> query)
      throws IOException {
    if (!swarm.has(job)) {
      problem(
          call,
          404,
          "not-found",
          "Expected a job of this broker, but it has none named '%s'. See ./mycoswarm jobs"
              .formatted(job));
      return;
    }
    json(
        call,
        switch (rest) {
          case "/tasks" ->
              paged(
                  swarm.tasks(job),
                  query,
                  is(query.get("state"), (TaskView view) -> view.state())
                      .and(is(query.get("kind"), view -> view.kind())));
          case "/report" -> swarm.report(job);
          case "/cancel" -> swarm.cancel(job);
          default -> swarm.job(job);
        });
  }

  private BrokerView broker() {
    return new BrokerView(
        id,
        "0.1.0",
        "run-1",
        Instant.EPOCH,
        swarm.position(),
        token != null,
        url(),
        new LogView(1, swarm.position(), null, null),
        1L << 30,
        0);
  }

  private static <T> Predicate<T> is(@Nullable String wanted, Function<T, String> of) {
    return view -> wanted == null || wanted.equals(of.apply(view));
  }

  private static <T> Page<T> paged(List<T> all, Map<String, String> query, Predicate<T> wanted) {
    int from = Integer.parseInt(query.getOrDefault("cursor", "0"));
    int limit = Integer.parseInt(query.getOrDefault("limit", "50"));
    List<T> left = all.stream().filter(wanted).skip(from).toList();
    boolean more = left.size() > limit;
    return new Page<>(
        more ? left.subList(0, limit) : left, more ? Integer.toString(from + limit) : null);
  }

  private void stream(HttpExchange call, Map<String, String> query) throws IOException {
    long position = from(call, query);
    if (position > swarm.position()) {
      problem(call, 400, "bad-request", "Expected to resume after an entry of this log.");
      return;
    }
    call.getResponseHeaders().set("Content-Type", "text/event-stream");
    call.sendResponseHeaders(200, 0);
    streams.incrementAndGet();
    try (OutputStream out = call.getResponseBody()) {
      follow(out, position);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    } finally {
      streams.decrementAndGet();
    }
  }

  private void follow(OutputStream out, long from) throws IOException, InterruptedException {
    long position = from;
    while (!Thread.currentThread().isInterrupted()) {
      out.write(": still here\n\n".getBytes(StandardCharsets.UTF_8));
      for (LogEntryView entry : swarm.await(position)) {
        position = entry.position();
        String message =
            "id: %d\nevent: entry\ndata: %s\n\n"
                .formatted(position, Json.LENIENT.writeValueAsString(entry));
        out.write(message.getBytes(StandardCharsets.UTF_8));
      }
      out.flush();
    }
  }

  private long from(HttpExchange call, Map<String, String> query) {
    String last = call.getRequestHeaders().getFirst("Last-Event-ID");
    if (last != null) {
      resumed.add("Last-Event-ID " + last);
      return Long.parseLong(last);
    }
    String after = query.get("after");
    resumed.add(after == null ? "now" : "after " + after);
    return after == null ? swarm.position() : Long.parseLong(after);
  }

  private static void problem(HttpExchange call, int status, String word, String detail)
      throws IOException {
    var problem =
        new Problem("urn:mycoswarm:problem:" + word, word.replace('-', ' '), status, detail, null);
    send(call, status, "application/problem+json", Json.LENIENT.writeValueAsBytes(problem));
  }

  private static void json(HttpExchange call, Object body) throws IOException {
    send(call, 200, "application/json", Json.LENIENT.writeValueAsBytes(body));
  }

  private static void send(HttpExchange call, int status, String type, byte[] body)
      throws IOException {
    call.getResponseHeaders().set("Content-Type", type);
    call.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = call.getResponseBody()) {
      out.write(body);
    }
  }

  private static Map<String, String> query(HttpExchange call) {
    String raw = call.getRequestURI().getRawQuery();
    return raw == null
        ? Map.of()
        : Stream.of(raw.split("&"))
            .map(pair -> pair.split("=", 2))
            .collect(
                Collectors.toMap(
                    pair -> pair[0],
                    pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8),
                    (first, second) -> first,
                    ConcurrentHashMap::new));
  }
}
