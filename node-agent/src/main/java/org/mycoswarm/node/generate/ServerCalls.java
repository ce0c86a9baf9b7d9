package org.mycoswarm.node.generate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.mycoswarm.node.work.Unwanted;
import org.mycoswarm.node.work.Wanted;
import org.mycoswarm.schema.json.Json;

/// HTTP with one server, and with nothing else: no proxy, and no redirection to elsewhere. Any
/// thread.
final class ServerCalls implements AutoCloseable {
  private static final Duration LIST_TIME = Duration.ofSeconds(5);
  private static final Duration LOOK_TIME = Duration.ofMillis(250);

  /// Reading a long prompt on a slow processor takes its time, and so does loading a model.
  private static final Duration SILENCE_MAX = Duration.ofMinutes(10);

  private final String name;
  private final URI address;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .proxy(HttpClient.Builder.NO_PROXY)
          .followRedirects(Redirect.NEVER)
          .build();

  /// @param name for people, such as `Ollama`
  ServerCalls(String name, URI address) {
    this.name = name;
    this.address = address;
  }

  URI address() {
    return address;
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer;
    try {
      answer =
          http.send(
              HttpRequest.newBuilder(address.resolve(path)).timeout(LIST_TIME).build(),
              BodyHandlers.ofString());
    } catch (IOException e) {
      throw gone(e);
    }
    if (answer.statusCode() != 200) {
      throw refused(answer.statusCode(), answer.body());
    }
    try {
      return Json.LENIENT.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw new IOException(
          "Expected %s at %s, but what answers there is something else".formatted(name, address));
    }
  }

  /// Sends a body and takes the answer line by line.
  ///
  /// @param each is given the lines, in a thread of the client
  void stream(String path, JsonNode body, LineSink each, Wanted wanted)
      throws IOException, InterruptedException, Unwanted {
    AnswerLines lines = new AnswerLines(each);
    CompletableFuture<HttpResponse<Void>> answer =
        http.sendAsync(
            HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build(),
            info -> {
              lines.status(info.statusCode());
              return BodyHandlers.fromLineSubscriber(lines).apply(info);
            });
    try {
      int status = await(answer, lines, wanted);
      if (status != 200) {
        throw refused(status, lines.refusal());
      }
      lines.requireRead();
    } finally {
      answer.cancel(true);
    }
  }

  private int await(CompletableFuture<HttpResponse<Void>> answer, AnswerLines lines, Wanted wanted)
      throws IOException, InterruptedException, Unwanted {
    while (true) {
      try {
        return answer.get(LOOK_TIME.toMillis(), TimeUnit.MILLISECONDS).statusCode();
      } catch (TimeoutException e) {
        wanted.check();
        lines.requireRead();
        if (lines.silence().compareTo(SILENCE_MAX) > 0) {
          throw new IOException(
              "Expected %s at %s to go on, but it said nothing for %d minutes"
                  .formatted(name, address, SILENCE_MAX.toMinutes()));
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof IOException cause
            ? gone(cause)
            : new IOException(e.getCause());
      }
    }
  }

  private IOException gone(IOException e) {
    return new IOException(
        e instanceof ConnectException
            ? "Expected %s at %s, but nobody answers there".formatted(name, address)
            : "Expected an answer of %s at %s, but it broke off: %s"
                .formatted(name, address, e.getMessage()),
        e);
  }

  private ServerRefused refused(int status, String body) {
    String reason = body;
    try {
      JsonNode error = Json.LENIENT.readTree(body).path("error");
      reason = error.isTextual() ? error.asText() : error.path("message").asText(body);
    } catch (JsonProcessingException e) {
      // then it is what it is
    }
    String shown = reason.substring(0, Math.min(300, reason.length())).strip();
    return new ServerRefused(
        status,
        "Expected %s at %s to answer, but it said %d: %s".formatted(name, address, status, shown));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
