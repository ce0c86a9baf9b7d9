package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.server.DoorSettings;
import org.mycoswarm.broker.server.FrontDoor;
import org.mycoswarm.queue.domain.Command.StartBroker;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.queue.engine.QueueWriter;
import org.mycoswarm.queue.log.LogPosition;

/// A broker that has too much to do says so, and says when to come again.
class OverloadTest {
  private static final String ONE_TASK = "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{}}]}";
  private static final String THREE_TASKS =
      "{\"tasks\":[%1$s,%1$s,%1$s]}".formatted("{\"kind\":\"dig\",\"payload\":{}}");
  private static final String DONE = "{\"blobs\":[],\"counts\":{},\"detail\":{},\"next\":[]}";

  @TempDir private Path folder;

  @Test
  void aFullMailboxIsToldToTheCaller() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (BrokerUnderTest broker = broker(new QueueWriter.Size(1, 1), TablesLag.CHANGES_MAX)) {
      broker.queue.hold(goOn).get();
      CompletableFuture<Answer> _ = broker.queue.post(new StartBroker("again", "0.1"));

      HttpResponse<String> answer = broker.post("/api/v1/jobs", ONE_TASK);

      assertProblem(answer, 429, "overloaded", "Expected room in the writer's mailbox");
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      goOn.countDown();
      await(() -> broker.post("/api/v1/jobs", ONE_TASK).statusCode() == 201);
    }
  }

  @Test
  void submissionsWaitForTablesThatAreFarBehind() {
    try (BrokerUnderTest broker = broker(QueueWriter.Size.DEFAULT, 5)) {
      String lease = leased(broker);
      broker.holdTables(true);
      await(() -> broker.post("/api/v1/jobs", THREE_TASKS).statusCode() == 429);

      HttpResponse<String> answer = broker.post("/api/v1/jobs", THREE_TASKS);

      assertProblem(answer, 429, "overloaded", "at most 5 changes behind the log, but they are");
      assertThat(answer.headers().firstValue("Retry-After")).contains("1");
      assertThat(broker.post("/api/v1/leases/" + lease + "/complete", DONE).statusCode())
          .as("what is done is taken all the same")
          .isEqualTo(200);
      broker.holdTables(false);
      await(() -> broker.post("/api/v1/jobs", ONE_TASK).statusCode() == 201);
    }
  }

  @Test
  void aRunOfACollectionWaitsForTheTables() throws IOException {
    Path documents = Files.createDirectories(folder.resolve("documents"));
    Files.writeString(documents.resolve("a.txt"), "some text");
    try (BrokerUnderTest broker = broker(QueueWriter.Size.DEFAULT, 5)) {
      behind(broker);

      broker.indexed(documents);

      await(broker.admission::isWaiting);
      LogPosition waited = broker.queue.durable();
      broker.holdTables(false);
      await(() -> !broker.admission.isWaiting() && broker.queue.durable().isAfter(waited));
    }
  }

  @Test
  void aChunkOfABulkSubmissionWaitsForTheTables() {
    DoorSettings impatient = idleFor(Duration.ofMillis(700));
    try (BrokerUnderTest broker =
        new BrokerUnderTest(folder, impatient, FrontDoor::open, QueueWriter.Size.DEFAULT, 5)) {
      behind(broker);
      CompletableFuture<HttpResponse<String>> bulk =
          CompletableFuture.supplyAsync(() -> bulk(broker, 6));
      Instant longerThanAConnectionMayBeSilent = Instant.now().plusMillis(1_500);
      await(() -> Instant.now().isAfter(longerThanAConnectionMayBeSilent));
      assertThat(bulk).isNotDone();

      broker.holdTables(false);

      assertThat(bulk.join().body()).contains("\"tasks\":6,").contains("\"refused\":0");
    }
  }

  @Test
  void chunksThatWaitedInVainSaySoAndTheNextOnesAreNotWaitedFor() {
    try (BrokerUnderTest broker = broker(QueueWriter.Size.DEFAULT, 5)) {
      behind(broker);
      Instant start = Instant.now();

      HttpResponse<String> answer = bulk(broker, 40);

      assertThat(answer.body())
          .contains("at most 2 changes behind the log, but they are")
          .contains("\"tasks\":0,")
          .contains("\"refused\":40");
      assertThat(Duration.between(start, Instant.now()))
          .as("40 chunks, of which four wait for 2 s")
          .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(15));
    }
  }

  @Test
  void aBulkSubmissionWhoseBodyDoesNotComeIsCutOff() throws IOException {
    DoorSettings impatient = idleFor(Duration.ofMillis(300));
    try (BrokerUnderTest broker =
            new BrokerUnderTest(folder, impatient, FrontDoor::open, QueueWriter.Size.DEFAULT, 5);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      String head =
          "POST /api/v1/jobs/bulk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: 99\r\n\r\n{";
      socket.getOutputStream().write(head.getBytes(UTF_8));

      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 400").contains("but it broke off", "Send it again");
    }
  }

  private static void behind(BrokerUnderTest broker) {
    broker.holdTables(true);
    await(() -> broker.post("/api/v1/jobs", THREE_TASKS).statusCode() == 429);
  }

  private static HttpResponse<String> bulk(BrokerUnderTest broker, int lines) {
    return broker.post(
        "/api/v1/jobs/bulk?chunkLines=1",
        "{\"kind\":\"dig\",\"payload\":{}}\n".repeat(lines),
        "Content-Type",
        "application/x-ndjson");
  }

  private static DoorSettings idleFor(Duration idle) {
    DoorSettings usual = DoorSettings.loopback(0);
    return new DoorSettings(
        usual.lan(),
        usual.port(),
        usual.token(),
        usual.hostNames(),
        usual.connectionsMax(),
        idle,
        usual.firstRequestTime(),
        usual.stopTime());
  }

  private static String leased(BrokerUnderTest broker) {
    broker.registered("digger");
    broker.post("/api/v1/jobs", ONE_TASK);
    return json(broker.post(
            "/api/v1/nodes/digger/work", "{\"results\":[],\"want\":1,\"waitSeconds\":5}"))
        .path("leases")
        .path(0)
        .path("lease")
        .asText();
  }

  private BrokerUnderTest broker(QueueWriter.Size mailbox, int changesMax) {
    return new BrokerUnderTest(
        folder, DoorSettings.loopback(0), FrontDoor::open, mailbox, changesMax);
  }

  private static void await(Supplier<Boolean> happened) {
    Instant end = Instant.now().plus(Duration.ofSeconds(20));
    while (!happened.get()) {
      assertThat(Instant.now()).as("in time").isBefore(end);
    }
  }
}
