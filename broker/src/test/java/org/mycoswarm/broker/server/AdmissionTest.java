package org.mycoswarm.broker.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.broker.api.BrokerUnderTest;

/// One submission, one in bulk and one other request at a time, which is easily too much.
class AdmissionTest {
  private static final Admission.Bounds ONE = new Admission.Bounds(1, 1_000, 500, 1, 1, 1, 1);
  private static final String ONE_TASK = "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{}}]}";
  private static final String LINES = "application/x-ndjson";
  private static final String NODE =
      "{\"node\":\"n\",\"name\":\"n\",\"capabilities\":[],\"detail\":{}}";

  @TempDir private Path folder;
  private BrokerUnderTest broker;

  @BeforeEach
  void open() {
    broker =
        new BrokerUnderTest(
            folder, (settings, api, hot) -> FrontDoor.open(settings, api, hot, ONE));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void oneSubmissionTooManyIsToldToComeAgain() throws Exception {
    try (Socket _ = slow("POST /api/v1/jobs")) {
      HttpResponse<String> answer = refused(() -> broker.post("/api/v1/jobs", ONE_TASK));

      assertThat(answer.body())
          .contains("urn:mycoswarm:problem:overloaded", "at most 1 submission");
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
    }
    await(() -> broker.post("/api/v1/jobs", ONE_TASK).statusCode() == 201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/jobs/bulk", "/api/v1/jobs/bulk/", "/api/v1/jobs/bulk;a=b"})
  void bulkSubmissionsHaveAPlaceOfTheirOwnHoweverTheirPathIsWritten(String path) throws Exception {
    try (Socket _ = slow("POST " + path)) {
      HttpResponse<String> answer =
          refused(() -> broker.post("/api/v1/jobs/bulk/", "", "Content-Type", LINES));

      assertThat(answer.body())
          .contains("urn:mycoswarm:problem:overloaded", "at most 1 bulk submissions at a time");
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(broker.post("/api/v1/jobs", ONE_TASK).statusCode())
          .as("a single submission finds its own place")
          .isEqualTo(201);
    }
    await(() -> broker.post("/api/v1/jobs/bulk", "", "Content-Type", LINES).statusCode() == 200);
  }

  @Test
  void nodesAreServedWhileSubmissionsAreRefused() throws Exception {
    try (Socket _ = slow("POST /api/v1/jobs")) {
      refused(() -> broker.post("/api/v1/jobs", ONE_TASK));

      assertThat(broker.post("/api/v1/nodes", NODE).statusCode()).isEqualTo(200);
      assertThat(work(0).statusCode()).isEqualTo(200);
      assertThat(broker.post("/api/v1/nodes/n/renew", "{\"leases\":[]}").statusCode())
          .isEqualTo(200);
      assertThat(broker.post("/api/v1/leases/nobody.0.1/complete", "{}").statusCode())
          .isNotEqualTo(429);
    }
  }

  @Test
  void aNodeThatWaitsForWorkTakesNobodysPlace() {
    broker.post("/api/v1/nodes", NODE);
    CompletableFuture<HttpResponse<String>> parked = CompletableFuture.supplyAsync(() -> work(2));

    while (!parked.isDone()) {
      assertThat(broker.get("/api/v1/jobs").statusCode()).isEqualTo(200);
      assertThat(broker.post("/api/v1/jobs", "{\"tasks\":[]}").statusCode()).isEqualTo(201);
    }

    assertThat(parked.join().statusCode()).isEqualTo(200);
  }

  @Test
  void oneOtherRequestTooManyIsToldToComeAgain() throws Exception {
    try (Socket _ = slow("POST /api/v1/blobs")) {
      HttpResponse<String> answer = refused(() -> broker.get("/api/v1/jobs"));

      assertThat(answer.body()).contains("urn:mycoswarm:problem:overloaded", "at most 1 request");
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(broker.get("/healthz").statusCode()).isEqualTo(200);
      assertThat(broker.get("/api/v1/blobs/" + "00".repeat(32)).statusCode())
          .as("what nodes fetch has places of its own")
          .isEqualTo(404);
    }
    await(() -> broker.get("/api/v1/jobs").statusCode() == 200);
  }

  private HttpResponse<String> work(int waitSeconds) {
    return broker.post(
        "/api/v1/nodes/n/work",
        "{\"results\":[],\"want\":1,\"waitSeconds\":%d}".formatted(waitSeconds));
  }

  /// A request whose body does not come; it has been let in, as its body is asked for.
  private Socket slow(String call) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port());
    socket
        .getOutputStream()
        .write(
            "%s HTTP/1.1\r\nHost: localhost\r\nContent-Type: %s\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"
                .formatted(call, type(call))
                .getBytes(UTF_8));
    socket.setSoTimeout(20_000);
    byte[] asked = socket.getInputStream().readNBytes("HTTP/1.1 100".length());
    assertThat(new String(asked, UTF_8)).isEqualTo("HTTP/1.1 100");
    return socket;
  }

  private static String type(String call) {
    if (call.contains("/jobs/")) {
      return LINES;
    }
    return call.endsWith("jobs") ? "application/json" : "application/octet-stream";
  }

  private static HttpResponse<String> refused(Supplier<HttpResponse<String>> call) {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (true) {
      HttpResponse<String> answer = call.get();
      if (answer.statusCode() == 429) {
        return answer;
      }
      assertThat(Instant.now()).as("in time").isBefore(end);
    }
  }

  private static void await(Supplier<Boolean> happened) {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (!happened.get()) {
      assertThat(Instant.now()).as("in time").isBefore(end);
    }
  }
}
