package org.mycoswarm.node.discovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.client.Token;
import org.mycoswarm.schema.wire.BrokerIdentity;

/// Asks an address who it is, and believes only what it can prove. The token is not sent. Any
/// thread.
///
/// Whoever stands between us and the real broker can pass our nonce on and so borrow its proof:
/// this keeps the token from strangers, not from somebody who already reads the traffic.
final class IdentityCheck {
  private static final int ANSWER_BYTES_MAX = 64 << 10;

  /// Neither the client for the other calls nor object mapping: loading their classes takes a fresh
  /// process longer than the whole search may take.
  private static final JsonFactory JSON = new JsonFactory();

  private final Credentials wanted;
  private final SecureRandom random = new SecureRandom();

  IdentityCheck(Credentials wanted) {
    this.wanted = wanted;
  }

  /// @param how see [FoundBroker]
  Location ask(URI url, String how, Duration within) {
    String nonce = nonce();
    try {
      HttpURLConnection call = call(url, nonce, within);
      if (call.getResponseCode() != 200) {
        return nowhere(
            url, "it answered %d; is another program there?".formatted(call.getResponseCode()));
      }
      try (InputStream body = call.getInputStream()) {
        BrokerIdentity identity = read(body.readNBytes(ANSWER_BYTES_MAX));
        return identity.broker().isEmpty()
            ? nowhere(url, "its answer names no broker; is another program there?")
            : judge(url, how, identity, nonce);
      }
    } catch (JsonProcessingException e) {
      return nowhere(url, "its answer is no JSON that a broker gives; is another program there?");
    } catch (IOException e) {
      return nowhere(url, "nothing answers there (%s)".formatted(reason(e)));
    }
  }

  private Location judge(URI url, String how, BrokerIdentity identity, String nonce) {
    String broker = identity.broker();
    String proof = identity.proof();
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

  private static HttpURLConnection call(URI url, String nonce, Duration within) throws IOException {
    URL address = url.resolve("/api/v1/identity?nonce=" + nonce).toURL();
    HttpURLConnection call = (HttpURLConnection) address.openConnection(Proxy.NO_PROXY);
    call.setConnectTimeout((int) within.toMillis());
    call.setReadTimeout((int) within.toMillis());
    call.setInstanceFollowRedirects(false);
    call.setUseCaches(false);
    return call;
  }

  private static BrokerIdentity read(byte[] json) throws IOException {
    String broker = "";
    String proof = "";
    try (JsonParser parser = JSON.createParser(json)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          broker = "broker".equals(parser.currentName()) ? parser.getText() : broker;
          proof = "proof".equals(parser.currentName()) ? parser.getText() : proof;
        }
      }
    }
    return new BrokerIdentity(broker, proof);
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
