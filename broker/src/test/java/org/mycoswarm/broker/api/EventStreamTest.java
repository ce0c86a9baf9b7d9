package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @SuppressWarnings("NullAway.Init")
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
  void aReaderThatComesBackMissesNothing() throws Exception {
    List<Long> seen = new ArrayList<>();
    try (Stream first = stream("/api/v1/events?after=0")) {
      broker.submitted();
      broker.submitted();
      seen.add(first.nextId());
      seen.add(first.nextId());
    }
    broker.submitted();
    broker.submitted();

    try (Stream second = stream("/api/v1/events", "Last-Event-ID", seen.getLast().toString())) {
      seen.add(second.nextId());
      broker.submitted();
      seen.add(second.nextId());
      seen.add(second.nextId());
    }

    assertThat(seen).isEqualTo(LongStream.rangeClosed(1, 5).boxed().toList());
  }

  @Test
  void theStreamOfEverythingStartsNow() throws Exception {
    broker.submitted();

    try (Stream stream = stream("/api/v1/events")) {
      broker.submitted();

      assertThat(stream.nextId()).isEqualTo(2);
    }
  }

  @Test
  void aJobsStreamBeginsWithItsSubmissionAndEnds() throws Exception {
    broker.submitted();
    String job = broker.submitted();
    broker.submitted();

    try (Stream stream = stream("/api/v1/jobs/" + job + "/events")) {
      assertThat(stream.nextId()).isEqualTo(2);
      broker.send("POST", "/api/v1/jobs/" + job + "/cancel", null);

      assertThat(stream.rest()).contains("id: 4", "event: end").doesNotContain("id: 3");
    }
  }

  @Test
  void theStreamOfAJobThatHasEndedEndsToo() throws Exception {
    String job = broker.submitted();
    broker.send("POST", "/api/v1/jobs/" + job + "/cancel", null);

    try (Stream stream = stream("/api/v1/jobs/" + job + "/events")) {
      assertThat(stream.rest()).contains("id: 1", "id: 2", "job.cancelled", "event: end");
    }
    try (Stream stream = stream("/api/v1/jobs/" + job + "/events", "Last-Event-ID", "2")) {
      assertThat(stream.rest()).contains("event: end").doesNotContain("event: entry");
    }
  }

  @Test
  void theStreamOfAJobWhoseSubmissionWasDroppedBeginsWithWhatIsLeft() throws Exception {
    String job = broker.submitted();
    broker.submitted();
    broker.get("/api/v1/jobs/" + job); // the tables know both
    broker.queue.dropBefore(2);

    try (Stream stream = stream("/api/v1/jobs/" + job + "/events")) {
      broker.send("POST", "/api/v1/jobs/" + job + "/cancel", null);

      assertThat(stream.rest()).contains("id: 3", "job.cancelled", "event: end");
    }
    assertProblem(
        broker.get("/api/v1/jobs/" + job + "/events?after=0"),
        410,
        "history-dropped",
        "Expected the log to hold entry 1, but it begins with entry 2");
  }

  @Test
  void moreStreamsThanThereArePlacesForAreRefused() throws Exception {
    try (Stream one = stream("/api/v1/events?after=0");
        Stream two = stream("/api/v1/events?after=0")) {
      broker.submitted();
      one.nextId();
      two.nextId();

      assertProblem(broker.get("/api/v1/events"), 429, "overloaded", "one of 2 event streams");
    }
  }

  @Test
  void askingForAStreamsHeadDoesNotOpenOne() {
    assertThat(broker.send("HEAD", "/api/v1/events", null).statusCode()).isEqualTo(405);
  }

  @Test
  void theLogIsReadPageByPage() {
    broker.submitted();
    broker.submitted();
    broker.submitted();

    var first = json(broker.get("/api/v1/log?limit=2"));
    var second = json(broker.get("/api/v1/log?limit=2&after=" + first.path("next").asText()));

    assertThat(first.path("items").path(0).path("events").path(0).path("event").asText())
        .isEqualTo("job.submitted");
    assertThat(first.path("items").size()).isEqualTo(2);
    assertThat(second.path("items").size()).isEqualTo(1);
    assertThat(second.has("next")).isFalse();
  }

  private Stream stream(String path, String... headers) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(broker.uri(path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<InputStream> answer = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/event-stream");
    return new Stream(new BufferedReader(new InputStreamReader(answer.body(), UTF_8)));
  }

  private record Stream(BufferedReader lines) implements AutoCloseable {
    long nextId() throws IOException {
      String line = lines.readLine();
      while (line != null && !line.startsWith("id: ")) {
        line = lines.readLine();
      }
      assertThat(line).isNotNull();
      return Long.parseLong(line.substring(4));
    }

    String rest() {
      return String.join("\n", lines.lines().toList());
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }
}
