package org.mycoswarm.node.discovery;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.Token;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.BrokerIdentity;

/// Asks an address who it is, and believes only what it can prove. The token is not sent. Any
/// thread.
///
/// Whoever stands between us and the real broker can pass our nonce on and so borrow its proof:
/// this keeps the token from strangers, not from somebody who already reads the traffic.
final class IdentityCheck {
  private final HttpClient http;
  private final Credentials wanted;
  private final SecureRandom random = new SecureRandom();

  IdentityCheck(HttpClient http, Credentials wanted) {
    this.http = http;
    this.wanted = wanted;
  }

  /// @param how see [FoundBroker]
  Location ask(URI url, String how, Duration within) throws InterruptedException {
    String nonce = nonce();
    try {
      HttpResponse<byte[]> response =
          http.send(request(url, nonce, within), BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        return nowhere(
            url, "it answered %d; is another program there?".formatted(response.statusCode()));
      }
      BrokerIdentity identity = Json.LENIENT.readValue(response.body(), BrokerIdentity.class);
      return identity == null || identity.broker() == null
          ? nowhere(url, "its answer names no broker; is another program there?")
          : judge(url, how, identity, nonce);
    } catch (JsonProcessingException e) {
      return nowhere(url, "its answer is no JSON that a broker gives; is another program there?");
    } catch (IOException e) {
      return nowhere(url, "nothing answers there (%s)".formatted(reason(e)));
    }
  }

  private Location judge(URI url, String how, BrokerIdentity identity, String nonce) {
    String broker = identity.broker();
    String proof = identity.proof() == null ? "" : identity.proof();
    Token token = wanted.token();
    if (wanted.broker() != null && !wanted.broker().equals(broker)) {
      return nowhere(
          url,
          "that is the broker '%s', and the join text names '%s'"
              .formatted(broker, wanted.broker()));
    }
    if (proof.isEmpty()) {
      return wanted.broker() == null
          ? here(url, broker, null, how)
          : nowhere(url, "it cannot prove that it knows the token; it gets neither token nor work");
    }
    if (token == null) {
      return nowhere(
          url,
          "the broker '%s' wants a token; put the join text that 'mycoswarm up --lan' prints into MYCOSWARM_JOIN or into the file 'join' of this node's home"
              .formatted(broker));
    }
    return TokenProof.holds(proof, token, broker, nonce)
        ? here(url, broker, token, how)
        : nowhere(
            url,
            "the broker '%s' knows another token; this node keeps its own to itself"
                .formatted(broker));
  }

  private static Location here(URI url, String broker, @Nullable Token token, String how) {
    return new Location.Here(new FoundBroker(url, broker, token, how));
  }

  private static Location nowhere(URI url, String but) {
    return new Location.Nowhere("Expected the broker at %s, but %s".formatted(url, but));
  }

  private static HttpRequest request(URI url, String nonce, Duration within) {
    return HttpRequest.newBuilder(url.resolve("/api/v1/identity?nonce=" + nonce))
        .timeout(within)
        .GET()
        .build();
  }

  private String nonce() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }
}
