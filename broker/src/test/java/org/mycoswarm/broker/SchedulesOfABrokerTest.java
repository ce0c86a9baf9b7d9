package org.mycoswarm.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.schema.json.Json;

/// Schedules of a whole broker, with its real log: what it submits is a job. The clock on the wall
/// is moved by hand.
class SchedulesOfABrokerTest {
  private static final String NIGHTLY = "/api/v1/schedules/nightly";
  private static final String ORDER =
      """
      {"when":"02:30","zone":"Europe/Berlin","action":
        {"submit":{"name":"nightly","tasks":[{"kind":"dig","payload":{}}]}}}""";

  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicReference<Instant> wall =
      new AtomicReference<>(Instant.parse("2026-11-23T12:00:00Z"));

  @TempDir private Path home;

  @Test
  void aNightThatWasMissedRunsOnceAtTheNextStart() throws Exception {
    try (Broker broker = start()) {
      assertThat(json(send(broker, "PUT", NIGHTLY, ORDER)).path("next").asText())
          .isEqualTo("2026-11-24T01:30:00Z");
    }
    wall.set(Instant.parse("2026-11-26T09:00:00Z"));

    String job;
    try (Broker broker = start()) {
      await(() -> jobs(broker).size() == 1);
      job = jobs(broker).at("/0/job").asText();
      await(() -> lastRun(broker).path("state").asText().equals("running"));
      assertThat(lastRun(broker).path("run").asText()).isEqualTo("nightly-20261126T013000Z");
      assertThat(lastRun(broker).path("why").asText()).isEqualTo("missed");
    }

    try (Broker broker = start()) {
      send(broker, "POST", "/api/v1/jobs/" + job + "/cancel", null);
      await(() -> lastRun(broker).path("state").asText().equals("ended"));

      assertThat(lastRun(broker).path("outcome").asText()).isEqualTo("cancelled");
      assertThat(jobs(broker)).hasSize(1);
    }
  }

  @Test
  void aScheduleIsAskedPausedShownAndRemoved() throws Exception {
    try (Broker broker = start()) {
      send(broker, "PUT", NIGHTLY, ORDER);

      assertThat(send(broker, "POST", NIGHTLY + "/run", null).statusCode()).isEqualTo(202);
      await(() -> jobs(broker).size() == 1);
      JsonNode paused = json(send(broker, "POST", NIGHTLY + "/pause", null));
      assertThat(paused.path("enabled").asBoolean()).isFalse();
      assertThat(paused.has("next")).isFalse();
      assertThat(json(send(broker, "GET", NIGHTLY + "/runs", null)).path("next")).isEmpty();
      send(broker, "POST", NIGHTLY + "/resume", null);
      assertThat(json(send(broker, "GET", NIGHTLY + "/runs", null)).path("next")).hasSize(5);
      assertThat(json(send(broker, "GET", "/api/v1/schedules", null)).path("items")).hasSize(1);
      assertThat(send(broker, "GET", "/api/v1/log", null).body()).contains("record.put");
      assertThat(send(broker, "GET", "/api/v1/log/export?format=cloudevents", null).body())
          .contains("\"subject\":\"schedule/nightly\"");
      assertThat(send(broker, "DELETE", NIGHTLY, null).statusCode()).isEqualTo(200);
      assertThat(send(broker, "GET", NIGHTLY, null).statusCode()).isEqualTo(404);
      assertThat(json(send(broker, "POST", NIGHTLY + "/run", null)).path("detail").asText())
          .isEqualTo(
              "Expected a schedule 'nightly', but there is none; GET /api/v1/schedules lists them");
    }
  }

  @Test
  void aFolderThatIsIndexedByTheClockIsOneRunOfItsCollection(@TempDir Path notes) throws Exception {
    Files.writeString(notes.resolve("a.txt"), "A text.");
    String runs = "/api/v1/collections/notes/runs";
    BlockingQueue<String> reports = new LinkedBlockingQueue<>();
    HttpServer receiver = receiver(reports);
    try (Broker broker = start()) {
      HttpResponse<String> made =
          send(
              broker,
              "PUT",
              NIGHTLY,
              "{\"when\":\"02:30\",\"action\":{\"index\":{\"collection\":\"notes\",\"folder\":\"%s\"}}}"
                  .formatted(notes));
      assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
      send(broker, "POST", NIGHTLY + "/run", null);
      await(() -> lastRun(broker).path("state").asText().equals("running"));
    }

    try (Broker broker = start()) {
      JsonNode items = json(send(broker, "GET", runs, null)).path("items");
      assertThat(items).hasSize(1);
      String run = items.at("/0/run").asText();
      send(broker, "POST", runs + "/" + run + "/cancel", null);
      await(() -> lastRun(broker).path("state").asText().equals("ended"));

      assertThat(lastRun(broker).path("outcome").asText()).isEqualTo("cancelled");
      assertThat(json(send(broker, "GET", runs, null)).path("items")).hasSize(1);
      String report = reports.poll(30, TimeUnit.SECONDS);
      assertThat(report).isNotNull();
      assertThat(Json.LENIENT.readTree(report).at("/data/run").asText()).isEqualTo(run);
    } finally {
      receiver.stop(0);
    }
  }

  /// Takes what the broker posts.
  private HttpServer receiver(BlockingQueue<String> bodies) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    Path file = home.resolve("webhooks.json");
    Files.writeString(
        file,
        "{\"*\":{\"url\":\"http://127.0.0.1:%d/\",\"secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"}}"
            .formatted(server.getAddress().getPort()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return server;
  }

  @Test
  void aFolderThatIsNotThereIsNotScheduled() throws Exception {
    try (Broker broker = start()) {
      assertThat(
              refused(
                  broker,
                  "{\"when\":\"02:30\",\"action\":{\"index\":{\"collection\":\"notes\",\"folder\":\"/no/such\"}}}"))
          .startsWith(
              "Expected the folder '/no/such' on the broker's machine, but it is not there or may"
                  + " not be read");
      assertThat(
              refused(
                  broker, "{\"when\":\"02:30\",\"action\":{\"index\":{\"collection\":\"notes\"}}}"))
          .isEqualTo(
              "Expected 'index' to have the fields 'collection' and 'folder', and no others; nothing"
                  + " was changed");
    }
  }

  @Test
  void whatCouldNotBeSubmittedIsNotScheduled() throws Exception {
    try (Broker broker = start()) {
      assertThat(refused(broker, ORDER.replace("02:30", "at dawn")))
          .startsWith("Expected a time such as '02:30'")
          .endsWith("but it is 'at dawn'; nothing was changed");
      assertThat(refused(broker, ORDER.replace("\"payload\":{}", "\"attemptz\":3")))
          .startsWith("Expected 'submit' to be what POST /api/v1/jobs takes, but it is not");
      assertThat(refused(broker, ORDER.replace(",\"payload\":{}", "")))
          .isEqualTo(
              "Expected 'submit' to have the field 'tasks[0].payload', but it has not; nothing was"
                  + " changed");
      assertThat(json(send(broker, "GET", "/api/v1/schedules", null)).path("items")).isEmpty();
    }
  }

  private String refused(Broker broker, String order) throws Exception {
    HttpResponse<String> answer = send(broker, "PUT", NIGHTLY, order);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    return json(answer).path("detail").asText();
  }

  private Broker start() throws IOException {
    return Broker.start(BrokerConfig.at(home).withPort(0), "test", failure -> {}, wall::get);
  }

  private JsonNode jobs(Broker broker) throws Exception {
    return json(send(broker, "GET", "/api/v1/jobs", null)).path("items");
  }

  private JsonNode lastRun(Broker broker) throws Exception {
    return json(send(broker, "GET", NIGHTLY + "/runs", null)).at("/runs/0");
  }

  private HttpResponse<String> send(
      Broker broker, String method, String path, @Nullable String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(broker.uri().resolve(path))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    return Json.LENIENT.readTree(answer.body());
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (!condition.call()) {
      assertThat(Instant.now()).as("it takes too long").isBefore(end);
    }
  }
}
