package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.history.LogLines;
import org.mycoswarm.queue.log.LogEntry;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.queue.log.json.JsonEventCodec;
import org.mycoswarm.schema.json.Json;

/// The log given away, line by line, and what it says of one job.
class LogExportTest {
  private BrokerUnderTest broker;

  @BeforeEach
  void open(@TempDir Path folder) {
    broker = BrokerUnderTest.onLoopback(folder);
  }

  @AfterEach
  void close() {
    broker.close();
  }

  @Test
  void everyEntryIsReadBackAsItWas() throws Exception {
    String job = broker.submitted();
    String lease = broker.leased("digger");
    broker.post("/api/v1/leases/" + lease + "/complete", "{\"counts\":{\"holes\":1}}");
    JsonEventCodec codec = new JsonEventCodec();

    HttpResponse<String> export = broker.get("/api/v1/log/export");

    List<LogEntry> read = export.body().lines().map(LogLines::read).map(codec::decode).toList();
    assertThat(export.headers().firstValue("Content-Type")).contains("application/jsonl");
    assertThat(export.body()).startsWith("{\"position\":1,\"v\":").contains(job);
    assertThat(read).hasSize(4);
    assertThat(read).isEqualTo(broker.queue.entriesAfter(LogPosition.START, Duration.ZERO, 100));
  }

  @Test
  void aPartIsGivenWhenAPartIsAskedFor() throws IOException {
    for (int i = 0; i < 4; i++) {
      broker.submitted();
    }

    List<JsonNode> lines = lines(broker.get("/api/v1/log/export?after=1&to=3"));

    assertThat(lines).extracting(line -> line.path("position").asInt()).containsExactly(2, 3);
  }

  @Test
  void othersGetCloudEvents() throws IOException {
    String job = broker.submitted();
    broker.leased("digger");

    List<JsonNode> events = lines(broker.get("/api/v1/log/export?format=cloudevents"));

    JsonNode leased = events.getLast();
    assertThat(events).hasSize(3);
    assertThat(leased.path("specversion").asText()).isEqualTo("1.0");
    assertThat(leased.path("id").asText()).isEqualTo("3/0");
    assertThat(leased.path("source").asText()).isEqualTo("urn:mycoswarm:broker:broker-1");
    assertThat(leased.path("type").asText()).isEqualTo("org.mycoswarm.task.leased");
    assertThat(leased.path("subject").asText()).isEqualTo(job + ".0");
    assertThat(leased.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
    assertThat(leased.path("datacontenttype").asText()).isEqualTo("application/json");
    assertThat(leased.at("/data/event").asText()).isEqualTo("task.leased");
    assertThat(leased.at("/data/node").asText()).isEqualTo("digger");
    assertThat(events.getFirst().path("subject").asText()).isEqualTo(job);
  }

  @Test
  void whatTheLogDoesNotHoldIsRefused() {
    for (int i = 0; i < 4; i++) {
      broker.submitted();
    }

    assertProblem(
        broker.get("/api/v1/log/export?to=9"),
        400,
        "bad-request",
        "Expected 'to' to be a position up to 4, where the log ends, but it is 9");
    assertProblem(
        broker.get("/api/v1/log/export?format=xml"), 400, "bad-request", "jsonl, cloudevents");
    broker.queue.dropBefore(3);
    for (String call : List.of("log/export?after=0", "log?after=0")) {
      assertProblem(
          broker.get("/api/v1/" + call),
          410,
          "history-dropped",
          "Expected the log to hold entry 1, but it begins with entry 3");
    }
    assertProblem(
        broker.get("/api/v1/jobs?asOf=4"),
        410,
        "history-dropped",
        "Expected the log to hold every entry up to 4, but it begins with entry 3");
    assertThat(broker.get("/api/v1/log/export").body().lines()).hasSize(2);
    assertThat(json(broker.get("/api/v1/log")).path("items")).hasSize(2);
  }

  @Test
  void theHistoryOfOneJobLeavesTheOthersOut() {
    String job = broker.submitted();
    broker.submitted();
    broker.leased("digger");
    broker.post("/api/v1/jobs/" + job + "/cancel", "");

    List<String> events = new ArrayList<>();
    String cursor = "";
    do {
      JsonNode page = json(broker.get("/api/v1/log?limit=1&job=" + job + cursor));
      page.path("items").forEach(entry -> events.add(entry.at("/events/0/event").asText()));
      cursor = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!cursor.isEmpty());

    assertThat(events).containsExactly("job.submitted", "task.leased", "job.cancelled");
    assertProblem(broker.get("/api/v1/log?job=nobody"), 404, "not-found", "nobody");
  }

  private static List<JsonNode> lines(HttpResponse<String> answer) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : answer.body().lines().toList()) {
      lines.add(Json.LENIENT.readTree(line));
    }
    return lines;
  }
}
