package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.schema.json.Json;

class BulkTest {
  private static final String LINE = "{\"kind\":\"dig\",\"payload\":{}}\n";

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
  void eachChunkOfLinesBecomesOneJobOfTheBatch() {
    List<JsonNode> lines =
        lines(bulk("?name=holes&chunkLines=10&submitter=ada&priority=7", LINE.repeat(25)));

    JsonNode summary = lines.getLast();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(2).path("firstLine").asInt()).isEqualTo(21);
    assertThat(lines.get(2).path("lines").asInt()).isEqualTo(5);
    assertThat(summary.path("tasks").asInt()).isEqualTo(25);
    JsonNode jobs =
        json(broker.get("/api/v1/jobs?batch=" + summary.path("batch").asText())).path("items");
    assertThat(jobs.findValuesAsText("name"))
        .containsExactlyInAnyOrder("holes-0001", "holes-0002", "holes-0003");
    assertThat(jobs.findValuesAsText("submitter")).containsOnly("ada");
    assertThat(jobs.findValuesAsText("priority")).containsOnly("7");
  }

  @Test
  void aLineThatIsNotInOrderRefusesItsChunkAlone() {
    String body = LINE.repeat(3) + "\n" + "{\"kind\":\"dig\",\"paylod\":{}}\n" + LINE.repeat(2);

    List<JsonNode> lines = lines(bulk("?chunkLines=2", body));

    assertThat(lines.get(1).has("job")).isTrue();
    assertThat(lines.get(1).path("lines").asInt()).as("one of its two is empty").isEqualTo(1);
    assertThat(lines.get(2).has("job")).isFalse();
    assertThat(lines.get(2).path("problem").path("status").asInt()).isEqualTo(400);
    assertThat(lines.get(2).path("problem").path("detail").asText())
        .startsWith("In line 5: Expected known fields, but found 'paylod' at column")
        .contains("Did you mean 'payload'?");
    assertThat(lines.get(3).has("job")).isTrue();
    assertThat(lines.getLast().path("refused").asInt()).isEqualTo(1);
    assertThat(lines.getLast().path("tasks").asInt()).isEqualTo(4);
  }

  @Test
  void aBodyThatIsRepeatedUnderItsKeyCreatesNothingTwice() {
    List<JsonNode> first = lines(bulk("?chunkLines=5", LINE.repeat(10), "Idempotency-Key", "k"));

    List<JsonNode> again = lines(bulk("?chunkLines=5", LINE.repeat(15), "Idempotency-Key", "k"));

    assertThat(again.get(0).path("repeated").asBoolean()).isTrue();
    assertThat(again.get(0).path("job")).isEqualTo(first.get(0).path("job"));
    assertThat(again.get(1).path("job")).isEqualTo(first.get(1).path("job"));
    assertThat(again.get(2).path("repeated").asBoolean()).isFalse();
    assertThat(again.getLast().path("repeated").asInt()).isEqualTo(2);
    assertThat(json(broker.get("/api/v1/jobs?batch=k")).path("items")).hasSize(3);
  }

  @Test
  void anotherBodyUnderTheSameKeyIsRefused() {
    bulk("", LINE, "Idempotency-Key", "k");

    JsonNode chunk = lines(bulk("?name=other", LINE, "Idempotency-Key", "k")).getFirst();

    assertThat(chunk.path("problem").path("type").asText()).endsWith(":key-reused");
    assertThat(chunk.path("problem").path("detail").asText()).contains("Idempotency-Key 'k/1'");
  }

  @Test
  void underTheSameKeyChunksOfAnotherSizeSubmitNothing() {
    bulk("?chunkLines=10", LINE.repeat(25), "Idempotency-Key", "k");

    List<JsonNode> lines = lines(bulk("?chunkLines=5", LINE.repeat(25), "Idempotency-Key", "k"));

    assertThat(lines.getLast().path("tasks").asInt()).isZero();
    assertThat(lines.getLast().path("refused").asInt()).isEqualTo(5);
    assertThat(lines.get(4).path("problem").path("type").asText()).endsWith(":key-reused");
    assertThat(lines.get(4).path("problem").path("detail").asText())
        .isEqualTo(
            "Expected the lines before these to be the same as before under this key, but those of chunk 1 are not, so that these may be in the queue already; nothing of this chunk was submitted. Send lines that are new under another key");
    assertThat(json(broker.get("/api/v1/jobs?batch=k")).path("items")).hasSize(3);
  }

  @Test
  void afterALineThatWasPutInNothingMoreIsSubmitted() {
    String other = "{\"kind\":\"fill\",\"payload\":{}}\n";
    bulk("?chunkLines=2", LINE.repeat(2) + other.repeat(4), "Idempotency-Key", "k");

    List<JsonNode> lines =
        lines(bulk("?chunkLines=2", LINE.repeat(3) + other.repeat(4), "Idempotency-Key", "k"));

    assertThat(lines.getFirst().path("repeated").asBoolean()).isTrue();
    assertThat(lines.get(3).path("problem").path("detail").asText())
        .contains("but those of chunk 2 are not");
    assertThat(lines.getLast().path("tasks").asInt()).isEqualTo(2);
    assertThat(json(broker.get("/api/v1/jobs?batch=k")).path("items")).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aLineAtFaultMayBeReplacedOrEmptiedUnderTheSameKey(int chunkLines) {
    String query = "?chunkLines=" + chunkLines;
    String start = LINE.repeat(3);
    String end = LINE.repeat(3);
    bulk(query, start + "{}\n{}\n" + end, "Idempotency-Key", "k");

    List<JsonNode> lines = lines(bulk(query, start + "\n" + LINE + end, "Idempotency-Key", "k"));
    List<JsonNode> again = lines(bulk(query, start + "\n" + LINE + end, "Idempotency-Key", "k"));

    assertThat(lines.getLast().path("refused").asInt()).as(lines.toString()).isZero();
    assertThat(lines.getLast().path("tasks").asInt()).isEqualTo(7);
    assertThat(again.getLast().path("repeated")).isEqualTo(again.getLast().path("chunks"));
    assertThat(openTasks()).isEqualTo(7);
  }

  @Test
  void linesOfTooManyBytesForOneChunkMoveIntoNoOtherOneWhenOneOfThemIsMended() {
    String large =
        "{\"kind\":\"dig\",\"payload\":{\"text\":\"%s\"}}\n".formatted("x".repeat(30_000));
    String faulty = large.replace("kind", "knd");
    List<JsonNode> first =
        lines(bulk("?chunkLines=4", faulty + large.repeat(4), "Idempotency-Key", "k"));

    List<JsonNode> mended =
        lines(bulk("?chunkLines=4", LINE + large.repeat(4), "Idempotency-Key", "k"));

    assertThat(first.get(1).path("firstLine").asInt()).isEqualTo(3);
    assertThat(first.get(1).path("problem").path("detail").asText())
        .isEqualTo(
            "Expected the lines before these, of which there are too many bytes for one chunk, to be in the queue, but they are not; nothing of this chunk was submitted. Mend those, and send the same again under the same key");
    assertThat(mended.get(0).path("lines").asInt()).isEqualTo(3);
    assertThat(mended.get(2).path("repeated").asBoolean()).isTrue();
    assertThat(mended.getLast().path("tasks").asInt()).isEqualTo(5);
    assertThat(openTasks()).isEqualTo(5);
    assertThat(json(broker.get("/api/v1/jobs?batch=k")).path("items").findValuesAsText("name"))
        .containsExactlyInAnyOrder("tasks-0001", "tasks-0001.2", "tasks-0002");
  }

  @Test
  void whatTheQueueHasNoRoomForIsSaidForItsChunk() {
    List<JsonNode> lines = lines(bulk("?chunkLines=20", LINE.repeat(60)));

    assertThat(lines.getLast().path("tasks").asInt()).isEqualTo(40);
    assertThat(lines.getLast().path("refused").asInt()).isEqualTo(1);
    assertThat(lines.toString()).contains("queue-full");
  }

  @Test
  void aLineThatIsTooLongIsNamed() {
    String body = LINE + "{\"kind\":\"" + "x".repeat(70_000) + "\"}\n" + LINE;

    List<JsonNode> lines = lines(bulk("?chunkLines=1", body));

    assertThat(lines.get(1).path("problem").path("status").asInt()).isEqualTo(413);
    assertThat(lines.get(1).path("problem").path("detail").asText())
        .startsWith("In line 2: Expected a line of at most 65,536 bytes, but it has more");
    assertThat(lines.get(2).has("job")).isTrue();
  }

  @Test
  void everyLineIsAnsweredWithItsTaskWhenThatIsAskedFor() {
    List<JsonNode> lines = lines(bulk("?chunkLines=3&items=true", LINE + "\n" + LINE.repeat(2)));

    String job = lines.getFirst().path("job").asText();
    assertThat(lines.getFirst().path("items").toString())
        .isEqualTo(
            "[{\"line\":1,\"task\":\"%1$s.0\"},{\"line\":3,\"task\":\"%1$s.1\"}]".formatted(job));
    assertThat(lines.get(1).at("/items/0/line").asInt()).isEqualTo(4);
    assertThat(broker.get("/api/v1/tasks/" + job + ".1").statusCode()).isEqualTo(200);
  }

  @Test
  void aChunkNamesItsFirstTenLinesAtFault() {
    String body = LINE + "{\"kind\":1\n".repeat(15) + LINE;

    JsonNode chunk = lines(bulk("", body)).getFirst();

    assertThat(chunk.path("items")).hasSize(10);
    assertThat(chunk.at("/items/9/line").asInt()).isEqualTo(11);
    assertThat(chunk.at("/items/9/problem/detail").asText())
        .startsWith("In line 11: Expected JSON, but it is malformed at column 10");
    assertThat(json(broker.get("/api/v1/jobs")).path("items")).isEmpty();
  }

  @Test
  void linesMayEndAsOnWindows() {
    String body = LINE.repeat(2).replace("\n", "\r\n") + "\r\n{\"kind\":\r\n";

    List<JsonNode> lines = lines(bulk("?chunkLines=2", body));

    assertThat(lines.getFirst().path("lines").asInt()).isEqualTo(2);
    assertThat(lines.get(1).at("/items/0/problem/detail").asText())
        .startsWith("In line 4: Expected JSON, but it is malformed at column 9");
  }

  @Test
  void linesBeyondTheLimitAreCountedAndNotSubmitted() {
    String body = "{}\n".repeat(100) + LINE.repeat(7);

    List<JsonNode> lines = lines(bulk("", body));

    JsonNode beyond = lines.get(lines.size() - 2);
    assertThat(beyond.path("chunk").asInt()).isEqualTo(6);
    assertThat(beyond.path("firstLine").asInt()).isEqualTo(101);
    assertThat(beyond.path("lines").asInt()).isEqualTo(7);
    assertThat(beyond.path("problem").path("status").asInt()).isEqualTo(413);
    assertThat(beyond.path("problem").path("detail").asText())
        .isEqualTo(
            "Expected at most 100 lines in one request, but from line 101 on there are 7 more tasks; these were not submitted. Send them in another request, under another key");
    assertThat(lines.getLast().path("lines").asInt()).isEqualTo(107);
  }

  @Test
  void chunksBeyondTheLimitAreCountedAndNotSubmitted() {
    List<JsonNode> lines = lines(bulk("?chunkLines=1", "{}\n".repeat(60)));

    JsonNode beyond = lines.get(50);
    assertThat(lines).hasSize(52);
    assertThat(beyond.path("firstLine").asInt()).isEqualTo(51);
    assertThat(beyond.path("problem").path("detail").asText())
        .isEqualTo(
            "Expected at most 50 chunks in one request, but from line 51 on there are 10 more tasks; these were not submitted. Send them in another request, under another key and with a larger chunkLines");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'kind':'%s','payload':{}}",
        "{'kind':'dig','payload':{},'cost':'%s'}",
        "{'%s':1}",
        "{'kind':'dig','payload':{},'blobs':['%s']}",
        "{'kind':%s}",
      })
  void whatIsRepeatedOfAFaultyLineIsShort(String line) {
    String body = line.replace('\'', '"').formatted("x".repeat(40_000));

    String answer = bulk("", body).body();

    assertThat(answer).contains("In line 1: Expected ").hasSizeLessThan(4_000);
  }

  @Test
  void theLimitsSayWhatABulkSubmissionMayHave() {
    JsonNode limits = json(broker.get("/api/v1/limits"));

    assertThat(limits.path("bulkLinesMax").asInt()).isEqualTo(100);
    assertThat(limits.path("bulkChunksMax").asInt()).isEqualTo(50);
    assertThat(limits.path("tasksPerSubmissionMax").asInt()).isEqualTo(20);
    assertThat(limits.path("jsonBytesMax").asInt()).isEqualTo(65_536);
  }

  @Test
  void linesOfAnotherTypeOrCompressedAreRefusedAndTheNextRequestIsAnswered() {
    assertProblem(
        broker.post("/api/v1/jobs/bulk", LINE.repeat(5_000)), 415, "unsupported-media-type", "");
    assertProblem(
        bulk("", LINE.repeat(5_000), "Content-Encoding", "gzip"),
        415,
        "unsupported-media-type",
        "Expected lines as they are, but their Content-Encoding is 'gzip'; nothing was submitted");
    assertThat(json(broker.get("/api/v1/jobs")).path("items")).isEmpty();
  }

  @Test
  void aRefusalBeforeTheBodyIsReadNeverTakesTheBodyForARequest() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      String body = "GET /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(10);
      socket.getOutputStream().write(head("?priority=99", body.length()).getBytes(UTF_8));
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
      assertThat(answers.readLine()).startsWith("HTTP/1.1 400");

      send(socket, body + "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");

      // Either the connection is closed, or what comes next is the answer to the next request.
      List<String> statuses =
          rest(answers).stream().filter(line -> line.startsWith("HTTP/1.1")).toList();
      assertThat(statuses.size()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void ofABodyThatBreaksOffWholeChunksAreInAndARepeatMakesNothingTwice() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      send(socket, head("?chunkLines=2", 10_000) + LINE.repeat(5));
      await(() -> json(broker.get("/api/v1/jobs?batch=k")).path("items").size() == 2);
    }

    List<JsonNode> lines = lines(bulk("?chunkLines=2", LINE.repeat(6), "Idempotency-Key", "k"));

    assertThat(lines.getLast().path("repeated").asInt()).isEqualTo(2);
    assertThat(lines.getLast().path("tasks").asInt()).isEqualTo(6);
    assertThat(json(broker.get("/api/v1/jobs?batch=k")).path("items")).hasSize(3);
  }

  @Test
  void aBodyOfNothingMakesNothing() {
    List<JsonNode> lines = lines(bulk("", "\n\n"));

    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst().path("chunks").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?chunkLines=21 | Expected chunkLines of 1 to 20, but it is '21'",
        "?priority=10 | Expected priority of 0 to 9, but it is '10'",
        "?onFailure=stop | but it is \"stop\"; nothing was submitted",
        "?onFailure=101 | Expected onFailure.toleratePercent of 0 to 100, but it is '101'",
        "?submitter=%20 | Expected a submitter of 1 to 200 characters",
      })
  void anOrderOutOfItsRangeIsSaidOnceAndNothingIsSubmitted(String query, String words) {
    assertProblem(bulk(query, LINE), 400, "bad-request", words);
    assertThat(json(broker.get("/api/v1/jobs")).path("items")).isEmpty();
  }

  private int openTasks() {
    int tasks = 0;
    for (JsonNode job : json(broker.get("/api/v1/jobs?batch=k")).path("items")) {
      tasks += job.path("tasks").path("total").asInt();
    }
    return tasks;
  }

  private static String head(String query, int length) {
    return "POST /api/v1/jobs/bulk%s HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: k\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n"
        .formatted(query, length);
  }

  private static void send(Socket socket, String text) {
    try {
      socket.getOutputStream().write(text.getBytes(UTF_8));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
    } catch (IOException e) {
      assertThat(e).as("the broker closed the connection").isInstanceOf(SocketException.class);
    }
  }

  /// Until the connection ends, also when it is reset.
  private static List<String> rest(BufferedReader answers) {
    List<String> lines = new ArrayList<>();
    try {
      for (String line = answers.readLine(); line != null; line = answers.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      lines.add("closed: " + e.getMessage());
    }
    return lines;
  }

  private static void await(BooleanSupplier happened) {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (!happened.getAsBoolean()) {
      assertThat(Instant.now()).as("in time").isBefore(end);
    }
  }

  private HttpResponse<String> bulk(String query, String body, String... headers) {
    String[] all = new String[headers.length + 2];
    all[0] = "Content-Type";
    all[1] = "application/x-ndjson";
    System.arraycopy(headers, 0, all, 2, headers.length);
    return broker.post("/api/v1/jobs/bulk" + query, body, all);
  }

  private static List<JsonNode> lines(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/x-ndjson");
    return answer.body().lines().map(BulkTest::tree).toList();
  }

  private static JsonNode tree(String line) {
    try {
      return Json.LENIENT.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(line, e);
    }
  }
}
