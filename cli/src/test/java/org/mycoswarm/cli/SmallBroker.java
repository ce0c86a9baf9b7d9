package org.mycoswarm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.schema.wire.Problem;

/// A real HTTP server that answers as a broker would in the one situation a test is about. Blobs
/// work as they should; every other answer is what the test said. Any thread may call it.
public final class SmallBroker implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /// @param line such as `GET /api/v1/jobs?limit=50`
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record Request(String line, Map<String, List<String>> headers, byte[] body) {
    public Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name)).map(List::getFirst);
    }
  }

  public SmallBroker() {
    this(0);
  }

  public SmallBroker(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + port());
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// @param call such as `GET /api/v1/jobs`, with the query when it matters
  public SmallBroker on(String call, Answer answer) {
    answers.put(call, answer);
    return this;
  }

  public SmallBroker on(String call, int status, Object body) {
    return on(call, exchange -> json(exchange, status, "application/json", body));
  }

  public SmallBroker refuse(String call, int status, String word, String detail) {
    Problem problem = new Problem("urn:mycoswarm:problem:" + word, word, status, detail, null);
    return on(call, exchange -> json(exchange, status, "application/problem+json", problem));
  }

  public List<Request> requests() {
    return List.copyOf(requests);
  }

  public Map<String, byte[]> blobs() {
    return blobs;
  }

  public static void json(HttpExchange exchange, int status, String type, Object body)
      throws IOException {
    byte[] bytes = body instanceof String text ? text.getBytes(UTF_8) : Wire.bytes(body);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    requests.add(new Request(line, Map.copyOf(exchange.getRequestHeaders()), body));
    Answer answer = answers.get(line);
    if (answer == null) {
      answer = answers.get(line.replaceAll("\\?.*", ""));
    }
    if (answer != null) {
      answer.to(exchange);
    } else if (exchange.getRequestURI().getPath().startsWith("/api/v1/blobs/")) {
      blob(exchange, body);
    } else {
      Problem problem =
          new Problem("urn:mycoswarm:problem:not-found", "not found", 404, "No " + line, null);
      json(exchange, 404, "application/problem+json", problem);
    }
  }

  private void blob(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String hash = path.substring(path.lastIndexOf('/') + 1);
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        boolean known = blobs.put(hash, body) != null;
        json(exchange, known ? 200 : 201, "application/json", "{}");
      }
      case "HEAD" -> exchange.sendResponseHeaders(blobs.containsKey(hash) ? 200 : 404, -1);
      default -> {
        byte[] bytes = blobs.get(hash);
        exchange.sendResponseHeaders(bytes == null ? 404 : 200, bytes == null ? -1 : bytes.length);
        if (bytes != null) {
          exchange.getResponseBody().write(bytes);
        }
      }
    }
    exchange.close();
  }
}
