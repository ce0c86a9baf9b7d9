package org.mycoswarm.broker.webhooks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

/// Against a real receiver on this machine.
class WebhooksTest {
  private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  private static final Instant NOW = Instant.parse("2026-11-23T06:00:00Z");
  private static final JsonNode REPORT =
      JsonNodeFactory.instance.objectNode().put("added", 3).put("failed", 0);

  private record Got(Headers headers, String body) {}

  private final BlockingQueue<Got> got = new LinkedBlockingQueue<>();
  private final Deque<Integer> answers = new ArrayDeque<>();
  @TempDir private Path home;
  private HttpServer server;
  private Webhooks webhooks;

  @BeforeEach
  void open() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/hook", this::answer);
    server.createContext("/elsewhere", this::answer);
    server.start();
    webhooks =
        new Webhooks(
            home.resolve("webhooks.json"),
            () -> NOW,
            List.of(Duration.ofMillis(1), Duration.ofMillis(1)));
    write("{\"*\":{\"url\":\"%s\",\"secret\":\"%s\"}}".formatted(url("/hook"), SECRET));
  }

  @AfterEach
  void close() {
    webhooks.close();
    server.stop(0);
  }

  @Test
  void aReportIsPostedAndItsSignatureHolds() throws Exception {
    webhooks.send("notes", REPORT);

    Got message = next();
    assertThat(message.body())
        .isEqualTo(
            "{\"type\":\"collection.report\",\"timestamp\":\"2026-11-23T06:00:00Z\",\"collection\":\"notes\",\"data\":{\"added\":3,\"failed\":0}}");
    String id = message.headers().getFirst("webhook-id");
    assertThat(message.headers().getFirst("webhook-timestamp"))
        .isEqualTo(Long.toString(NOW.getEpochSecond()));
    assertThat(message.headers().getFirst("webhook-signature"))
        .isEqualTo("v1," + hmac(id + "." + NOW.getEpochSecond() + ".", message.body()));
    assertThat(message.headers().getFirst("Content-Type")).isEqualTo("application/json");
  }

  @Test
  void theSignatureIsTheOneOfTheScheme() {
    // The example that the libraries of Standard Webhooks are tested with.
    assertThat(
            Signature.of("whsec_plJ3nmyCDGBKInavdOK15jsl")
                .of(
                    "msg_loFOjxBNrRLzqYUf",
                    1_731_705_121,
                    "{\"event_type\":\"ping\",\"data\":{\"success\":true}}".getBytes(UTF_8)))
        .isEqualTo("v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
  }

  @Test
  void whatIsNotTakenIsSentAgainUnderTheSameId() throws Exception {
    answers.addAll(List.of(500, 429, 204));

    webhooks.send("notes", REPORT);

    String id = next().headers().getFirst("webhook-id");
    assertThat(next().headers().getFirst("webhook-id")).isEqualTo(id);
    assertThat(next().headers().getFirst("webhook-id")).isEqualTo(id);
    assertNothingMore();
  }

  @Test
  void sendingAgainEndsAfterAWhileAndAtOnceWhenTheReceiverIsGone() throws Exception {
    answers.addAll(List.of(500, 500, 500, 204));
    webhooks.send("notes", REPORT);
    for (int i = 0; i < 3; i++) {
      next();
    }
    assertNothingMore();

    answers.clear();
    answers.add(410);
    webhooks.send("notes", REPORT);
    next();
    assertNothingMore();
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    answers.addAll(List.of(307, 302, 301));

    webhooks.send("notes", REPORT);

    for (int i = 0; i < 3; i++) {
      assertThat(next().headers().getFirst("Host")).isNotNull();
    }
    assertNothingMore();
  }

  @Test
  void aLongReportLosesItsListsAndSaysSo() throws Exception {
    ObjectNode report = JsonNodeFactory.instance.objectNode().put("added", 3);
    report.putArray("files").add("x".repeat(ReportMessage.BODY_BYTES_MAX));
    webhooks.send("notes", report);

    assertThat(Json.LENIENT.readTree(next().body()).path("data"))
        .isEqualTo(JsonNodeFactory.instance.objectNode().put("added", 3).put("truncated", true));
  }

  @Test
  void aCollectionWithoutAnAddressIsSentNowhere() throws Exception {
    write("{\"others\":{\"url\":\"%s\",\"secret\":\"%s\"}}".formatted(url("/hook"), SECRET));
    webhooks.send("notes", REPORT);
    Files.delete(home.resolve("webhooks.json"));
    webhooks.send("others", REPORT);

    assertNothingMore();
  }

  @Test
  void aFileThatIsNotInOrderIsSaidWithoutItsSecrets() throws Exception {
    assertThatThrownBy(
            () -> target("{\"*\":{\"url\":\"ftp://x/\",\"secret\":\"%s\"}}".formatted(SECRET)))
        .hasMessageStartingWith(
            "Expected an address that begins with http:// or https:// and names a host, but it does"
                + " not, in '");
    assertThatThrownBy(() -> target("{\"*\":{\"url\":\"http://x/\",\"secret\":\"sesame\"}}"))
        .hasMessageStartingWith(
            "Expected a secret of 'whsec_' and 18 to 64 bytes in base 64, but it is none, in '")
        .hasMessageNotContaining("sesame");
    assertThatThrownBy(() -> target("{\"*\":{\"url\":\"http://x/\"}}"))
        .hasMessageStartingWith("Expected 'url' and 'secret' for 'notes' in '")
        .hasMessageEndingWith("', but one is absent");
    assertThatThrownBy(() -> target("{\"*\":{\n\"secrets\":\"sesame\"}}"))
        .hasMessageStartingWith("Expected '")
        .hasMessageEndingWith(
            "webhooks.json' to be {\"COLLECTION\": {\"url\": ..., \"secret\": ...}}, but line 2 is"
                + " not in order")
        .hasMessageNotContaining("sesame")
        .hasNoCause();
  }

  @Test
  void aFileThatOthersMayReadIsRefused() throws Exception {
    Files.setPosixFilePermissions(
        home.resolve("webhooks.json"), PosixFilePermissions.fromString("rw-r-----"));

    assertThatThrownBy(() -> new WebhookFile(home.resolve("webhooks.json")).target("notes"))
        .hasMessageStartingWith("Expected '")
        .hasMessageEndingWith(
            "webhooks.json' to be its owner's alone, as it holds secrets, but others may use it; run"
                + " `chmod 600` on it");
    webhooks.send("notes", REPORT);
    assertNothingMore();
  }

  private void target(String text) throws IOException {
    write(text);
    new WebhookFile(home.resolve("webhooks.json")).target("notes");
  }

  private void write(String text) throws IOException {
    Path file = home.resolve("webhooks.json");
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    Got message =
        new Got(
            exchange.getRequestHeaders(),
            new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    Integer status = answers.poll();
    exchange.getResponseHeaders().add("Location", url("/elsewhere"));
    exchange.sendResponseHeaders(status == null ? 204 : status, -1);
    exchange.close();
    got.add(message);
  }

  private Got next() throws InterruptedException {
    @Nullable Got message = got.poll(20, TimeUnit.SECONDS);
    assertThat(message).as("a message").isNotNull();
    return message;
  }

  /// Whoever is still at it has ended when it is closed.
  private void assertNothingMore() throws InterruptedException {
    assertThat(got.poll(200, TimeUnit.MILLISECONDS)).isNull();
  }

  private static String hmac(String start, String body) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(
        new SecretKeySpec(
            Base64.getDecoder().decode(SECRET.substring("whsec_".length())), "HmacSHA256"));
    mac.update(start.getBytes(UTF_8));
    return Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(UTF_8)));
  }
}
