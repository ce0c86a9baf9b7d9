package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import java.net.http.HttpResponse;
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
