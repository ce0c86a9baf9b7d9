package org.mycoswarm.dist;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.mycoswarm.schema.json.Json;

/// Plain HTTP with a broker, as any program would speak it. Any thread may call it.
public final class Api {
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final String url;
  private final String token;
  private final Duration patience;

  Api(String url) {
    this(url, "", Duration.ofMinutes(1));
  }

  /// @param token that a broker with `--lan` asks for; empty for none
  /// @param patience how long an answer may take
  Api(String url, String token, Duration patience) {
    this.url = url.replaceAll("/$", "");
    this.token = token;
    this.patience = patience;
  }

  /// JSON of a call that succeeds.
  public JsonNode get(String path) {
    return json(send(HttpRequest.newBuilder(URI.create(url + path)).GET()));
  }

  /// The text of a call that succeeds.
  public String text(String path) {
    return succeeded(send(HttpRequest.newBuilder(URI.create(url + path)).GET())).body();
  }

  /// JSON of a call that succeeds.
  public JsonNode post(String path, Object body) {
    return json(postAny(path, jsonOf(body)));
  }

  /// Any answer, also a refusal.
  public HttpResponse<String> postAny(String path, String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return send(request);
  }

  /// Any answer, also a refusal.
  public HttpResponse<String> send(HttpRequest.Builder request) {
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return HTTP.send(request.timeout(patience).build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public String url() {
    return url;
  }

  boolean answers(String path) {
    try {
      return send(HttpRequest.newBuilder(URI.create(url + path)).GET()).statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // not yet
    }
  }

  static String jsonOf(Object body) {
    try {
      return body instanceof String text ? text : Json.LENIENT.writeValueAsString(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// JSON of an answer that is no refusal.
  static JsonNode json(HttpResponse<String> answer) {
    return tree(succeeded(answer));
  }

  /// JSON of any answer.
  static JsonNode tree(HttpResponse<String> answer) {
    try {
      return Json.LENIENT.readTree(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpResponse<String> succeeded(HttpResponse<String> answer) {
    if (answer.statusCode() >= 300) {
      throw new AssertionError(
          "Expected %s to succeed, but: %d %s"
              .formatted(answer.uri(), answer.statusCode(), answer.body()));
    }
    return answer;
  }
}
