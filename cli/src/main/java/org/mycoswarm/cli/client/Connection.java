package org.mycoswarm.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.BrokerIdentity;
import org.mycoswarm.schema.wire.Problem;

/// Carries calls to the broker and answers back: finds it, shows the token once the broker has
/// proved itself, tries again while patience lasts, turns problem documents into exceptions. Any
/// thread may use it.
final class Connection implements AutoCloseable {
  /// From the first byte sent to the first byte of the answer; a call may set another.
  static final Duration ANSWER_MAX = Duration.ofMinutes(2);
  private static final int PROBLEM_BYTES_MAX = 1 << 20;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final BrokerLocator locator;
  private volatile @Nullable BrokerAddress proved;

  Connection(BrokerLocator locator) {
    this.locator = locator;
  }

  /// Adds method, headers and body to a request, and its own time limit.
  interface Call {
    HttpRequest.Builder on(HttpRequest.Builder request);
  }

  /// Reads an answer; a connection lost half-way is tried again from the start.
  interface Reading<T> {
    T from(InputStream body) throws IOException;
  }

  BrokerAddress address() {
    return locator.locate();
  }

  /// @param patience how long a broker that does not answer is tried again, counted from the first
  ///     time that it does not
  /// @throws BrokerUnreachable when nothing answers and patience is at its end
  /// @throws BrokerRefused when it answers with a problem
  <T> T exchange(String path, Call call, Reading<T> reading, Duration patience) {
    Backoff backoff = new Backoff(patience);
    while (true) {
      try {
        HttpResponse<InputStream> answer = once(path, call);
        try (InputStream body = answer.body()) {
          return reading.from(body);
        }
      } catch (IOException e) {
        proved = null;
        if (!backoff.pause()) {
          throw BrokerUnreachable.at(locator.locate(), "nothing answers (" + words(e) + ")");
        }
      } catch (BrokerUnreachable e) {
        if (!backoff.pause()) {
          throw e;
        }
      } catch (BrokerRefused e) {
        if (!e.mayPass() || !backoff.pause(e.retryAfter())) {
          throw e;
        }
      }
    }
  }

  /// One try. The caller closes the body.
  HttpResponse<InputStream> once(String path, Call call) throws IOException {
    BrokerAddress address = locator.locate();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.url().resolve(path)).timeout(ANSWER_MAX);
    String token = provedToken(address);
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<InputStream> answer = send(call.on(request).build());
    if (answer.statusCode() >= 300) {
      throw refusal(address, answer);
    }
    return answer;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private HttpResponse<InputStream> send(HttpRequest request) throws IOException {
    try {
      return http.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailed(ExitCode.FAILURES, "Stopped while waiting for the broker.");
    }
  }

  /// Whoever listens there gets the token only after it has proved that it knows it already.
  private @Nullable String provedToken(BrokerAddress address) throws IOException {
    if (address.token() == null || address.equals(proved)) {
      return address.token();
    }
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    String nonce = HexFormat.of().formatHex(random);
    BrokerIdentity identity = identity(address, nonce);
    if (identity.proof().isEmpty()) {
      return null; // it has no token and asks for none
    }
    if (!IdentityProof.holds(identity, address.token(), nonce)) {
      throw new CommandFailed(
          ExitCode.REFUSED,
          "Expected the broker at %s to prove that it knows our token, but it did not; the token was not sent. Take the join text of that broker, or name another with --broker URL."
              .formatted(address));
    }
    proved = address;
    return address.token();
  }

  private BrokerIdentity identity(BrokerAddress address, String nonce) throws IOException {
    URI question = address.url().resolve("/api/v1/identity?nonce=" + nonce);
    HttpResponse<InputStream> answer =
        send(HttpRequest.newBuilder(question).timeout(Duration.ofSeconds(10)).build());
    if (answer.statusCode() >= 300) {
      throw refusal(address, answer);
    }
    try (InputStream body = answer.body()) {
      return Wire.read(Wire.tree(body.readNBytes(1 << 16)), BrokerIdentity.class);
    }
  }

  private static CommandFailed refusal(BrokerAddress address, HttpResponse<InputStream> answer)
      throws IOException {
    int status = answer.statusCode();
    String type = answer.headers().firstValue("Content-Type").orElse("");
    try (InputStream body = answer.body()) {
      if (answer.request().method().equals("HEAD")) {
        return new BrokerRefused(
            new Problem("", "", status, "The broker answered " + status, null), Duration.ZERO);
      }
      if (type.startsWith("application/problem+json")) {
        Problem problem = Wire.read(Wire.tree(body.readNBytes(PROBLEM_BYTES_MAX)), Problem.class);
        return new BrokerRefused(problem, retryAfter(answer));
      }
      String openAi = type.startsWith("application/json") ? openAiError(body) : "";
      return openAi.isEmpty()
          ? BrokerUnreachable.at(
              address, "what answers there (status %d) is none".formatted(status))
          : new BrokerRefused(new Problem("", "", status, openAi, null), retryAfter(answer));
    }
  }

  /// What is wrong, in the shape that calls under `/v1/` have; empty when it is no such thing.
  private static String openAiError(InputStream body) throws IOException {
    JsonNode answer = Json.LENIENT.readTree(body.readNBytes(PROBLEM_BYTES_MAX));
    return answer == null ? "" : answer.path("error").path("message").asText();
  }

  /// Only whole seconds are known here; what is another thing says nothing.
  private static Duration retryAfter(HttpResponse<?> answer) {
    String seconds = answer.headers().firstValue("Retry-After").orElse("");
    return seconds.matches("\\d{1,4}")
        ? Duration.ofSeconds(Long.parseLong(seconds))
        : Duration.ZERO;
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
