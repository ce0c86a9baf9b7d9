package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkTest {
  private static BrokerUnderTest broker;

  @BeforeAll
  static void open(@TempDir Path folder) {
    broker = BrokerUnderTest.onLoopback(folder);
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void aNodeThatNeverRegisteredIsToldToRegister() {
    HttpResponse<String> answer =
        broker.post("/api/v1/nodes/stranger/work", "{\"results\":[],\"want\":1,\"waitSeconds\":0}");

    assertProblem(answer, 404, "not-found", "Expected node 'stranger' to be registered");
  }

  @Test
  void aResultGoesInAndTheNextLeaseComesOutInOneCall() {
    broker.submitted();
    broker.submitted();
    String lease = broker.leased("n1");

    JsonNode answer =
        json(
            broker.post(
                "/api/v1/nodes/n1/work",
                """
                {"results":[{"lease":"%s","status":"completed","counts":{"holes":2}}],
                 "want":1,"waitSeconds":0}"""
                    .formatted(lease)));

    assertThat(answer.path("results").path(0).path("status").asText()).isEqualTo("accepted");
    assertThat(answer.path("leases").size()).isEqualTo(1);
    assertThat(answer.path("leases").path(0).path("kind").asText()).isEqualTo("dig");
    assertThat(answer.path("leases").path(0).path("leaseSeconds").asInt()).isEqualTo(30);
    release(answer.path("leases").path(0).path("lease").asText());
  }

  @Test
  void everyReportIsAnsweredOnItsOwn() {
    broker.submitted();
    String lease = broker.leased("n2");

    JsonNode answer =
        json(
            broker.post(
                "/api/v1/nodes/n2/work",
                """
                {"results":[
                  {"lease":"%s","status":"completed","blobs":["%s"]},
                  {"lease":"never.0.1","status":"completed"},
                  {"lease":"%s","status":"done"},
                  {"lease":"%s","status":"released"}],
                 "want":0,"waitSeconds":0}"""
                    .formatted(lease, "d".repeat(64), lease, lease)));

    assertThat(answer.path("results").findValuesAsText("status"))
        .containsExactly("refused", "refused", "refused", "accepted");
    assertThat(answer.path("results").path(0).path("reason").asText()).contains("d".repeat(64));
    assertThat(answer.path("results").path(1).path("reason").asText())
        .contains("Expected attempt 1 of task 'never.0' to be leased");
    assertThat(answer.path("results").path(2).path("reason").asText())
        .contains("completed, failed, released, but it is 'done'");
  }

  @Test
  void aNodeThatWaitsGetsTheTaskThatComes() {
    broker.registered("n3");
    CompletableFuture<HttpResponse<String>> waiting =
        CompletableFuture.supplyAsync(
            () ->
                broker.post(
                    "/api/v1/nodes/n3/work", "{\"results\":[],\"want\":1,\"waitSeconds\":30}"));

    String job = broker.submitted();

    JsonNode lease = json(waiting.join()).path("leases").path(0);
    assertThat(lease.path("job").asText()).isEqualTo(job);
    release(lease.path("lease").asText());
  }

  @Test
  void aStaleLeaseIsRefusedAndChangesNothing() {
    String job = broker.submitted();
    String lease = broker.leased("n4");
    assertThat(broker.post("/api/v1/leases/" + lease + "/complete", "{}").statusCode())
        .isEqualTo(200);

    HttpResponse<String> late = broker.post("/api/v1/leases/" + lease + "/complete", "{}");

    assertProblem(late, 409, "lease-not-held", "the report was dropped and changed nothing");
    assertThat(json(broker.get("/api/v1/jobs/" + job)).path("state").asText())
        .isEqualTo("succeeded");
  }

  @Test
  void aFailureThatIsUselessToRetryBuriesTheTask() {
    String job = broker.submitted();
    String lease = broker.leased("n5");

    broker.post(
        "/api/v1/leases/" + lease + "/fail", "{\"reason\":\"no ground\",\"retryable\":false}");

    JsonNode task = json(broker.get("/api/v1/tasks/" + job + ".0"));
    assertThat(task.path("state").asText()).isEqualTo("buried");
    assertThat(task.path("reason").asText()).isEqualTo("no ground");
  }

  @Test
  void renewingTellsWhatIsHeldAndWhatIsLost() {
    broker.submitted();
    String lease = broker.leased("n6");

    JsonNode answer =
        json(
            broker.post(
                "/api/v1/nodes/n6/renew", "{\"leases\":[\"%s\",\"gone.0.1\"]}".formatted(lease)));

    assertThat(answer.path("renewed").path(0).asText()).isEqualTo(lease);
    assertThat(answer.path("lost").path(0).asText()).isEqualTo("gone.0.1");
    release(lease);
  }

  @Test
  void aLeaseIdThatCannotBeIsRefusedInABody() {
    broker.registered("n7");

    assertProblem(
        broker.post("/api/v1/nodes/n7/renew", "{\"leases\":[\"x\"]}"),
        400,
        "bad-request",
        "of the form 'job.number.attempt', but it is 'x'");
  }

  @Test
  void wantingMoreThanANodeMayHoldIsRefused() {
    broker.registered("n8");

    assertProblem(
        broker.post("/api/v1/nodes/n8/work", "{\"results\":[],\"want\":17,\"waitSeconds\":0}"),
        400,
        "bad-request",
        "Expected want of 0 to 16, but it is '17'");
  }

  @Test
  void cancellingTwiceDoesNothingMore() {
    String job = broker.submitted();

    HttpResponse<String> first = broker.send("POST", "/api/v1/jobs/" + job + "/cancel", null);
    HttpResponse<String> second = broker.send("POST", "/api/v1/jobs/" + job + "/cancel", null);

    assertThat(json(first).path("state").asText()).isEqualTo("cancelled");
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(json(second)).isEqualTo(json(first));
  }

  @Test
  void nodesShowWhatTheyLeaseNow() {
    broker.submitted();
    String lease = broker.leased("n9");

    JsonNode nodes = json(broker.get("/api/v1/nodes?limit=500"));

    assertThat(nodes.findValuesAsText("lease")).contains(lease);
    release(lease);
  }

  private static void release(String lease) {
    // Ended for good, so that no other test leases it.
    broker.post("/api/v1/leases/" + lease + "/complete", "{}");
  }
}
