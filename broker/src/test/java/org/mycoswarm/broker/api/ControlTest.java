package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Holding work back, letting it go on, trying again, and asking why nothing happens.
class ControlTest {
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
  void aPausedJobGivesNoWorkUntilItIsResumed() {
    String job = broker.submitted();
    broker.registered("n1");

    assertThat(broker.post("/api/v1/jobs/" + job + "/pause", "{}").statusCode()).isEqualTo(200);
    assertThat(leases("n1")).isZero();
    assertThat(why(job + ".0")).contains("Its job '" + job + "' is paused");

    broker.post("/api/v1/jobs/" + job + "/resume", "{}");
    assertThat(leases("n1")).isEqualTo(1);
  }

  @Test
  void aJobThatNeverWasCannotBePaused() {
    assertProblem(
        broker.post("/api/v1/jobs/none/pause", "{}"),
        404,
        "not-found",
        "Expected job 'none' to be running, but it has ended or never was");
  }

  @Test
  void aDrainedNodeGetsNoWorkAndSaysWhy() {
    String job = broker.submitted();
    broker.registered("n1");

    JsonNode mode = json(broker.post("/api/v1/nodes/n1/drain", "{}"));

    assertThat(mode.path("mode").asText()).isEqualTo("draining");
    assertThat(leases("n1")).isZero();
    assertThat(why(job + ".0")).contains("Node 'n' (n1) could do it, but is draining");
    broker.post("/api/v1/nodes/n1/resume", "{}");
    assertThat(leases("n1")).isEqualTo(1);
  }

  @Test
  void everyAnswerToANodeSaysWhetherItGetsNewLeases() {
    broker.registered("n1");
    assertThat(modes("n1")).containsExactly("active", "active");

    broker.post("/api/v1/nodes/n1/drain", "{}");
    assertThat(modes("n1")).containsExactly("draining", "draining");

    broker.post("/api/v1/nodes/n1/pause", "{}");
    assertThat(modes("n1")).containsExactly("paused", "paused");
    broker.registered("n1");
    assertThat(modes("n1")).containsExactly("paused", "paused");

    broker.post("/api/v1/nodes/n1/resume", "{}");
    assertThat(modes("n1")).containsExactly("active", "active");
  }

  @Test
  void aNodeThatLeavesHandsBackWhatItHolds() {
    broker.submitted();
    String lease = broker.leased("n1");

    JsonNode left = json(broker.post("/api/v1/nodes/n1/leave", "{}"));

    assertThat(left.path("released").path(0).asText()).isEqualTo(lease);
    assertThat(broker.leased("n2")).endsWith(".0.2");
  }

  @Test
  void aNodeThatNeverCameCannotLeave() {
    assertProblem(
        broker.post("/api/v1/nodes/who/leave", "{}"),
        404,
        "not-found",
        "Expected node 'who' to be registered");
  }

  @Test
  void whyNamesTheKindsThatNodesOffer() {
    String job = submitted("fly");
    assertThat(why(job + ".0")).contains("No node is registered; start one with 'mycoswarm node'");
    broker.registered("n1");

    assertThat(why(job + ".0")).contains("None of 1 nodes offers the kind 'fly'; they offer dig");
  }

  @Test
  void whyOfATaskThatIsWorkedOnNamesItsNode() {
    String job = broker.submitted();
    broker.leased("n1");

    assertThat(why(job + ".0"))
        .contains("Node 'n1' works on it: attempt 1, after 0 of at most 3 failures");
  }

  @Test
  void whyOfATaskThatEndedSaysSo() {
    String job = broker.submitted();
    String lease = broker.leased("n1");
    broker.post("/api/v1/leases/" + lease + "/complete", "{}");

    assertThat(why(job + ".0")).contains("It has ended: it is succeeded");
  }

  @Test
  void whyOfATaskThatNeverWasIsNotFound() {
    assertProblem(
        broker.get("/api/v1/tasks/none.0/why"),
        404,
        "not-found",
        "Expected a task with the id 'none.0', but there is none");
  }

  @Test
  void aThrottleHoldsBackWhatIsOverIt() {
    String first = broker.submitted();
    String second = broker.submitted();
    JsonNode set = json(broker.send("PUT", "/api/v1/throttles/kind:dig", "{\"concurrent\":1}"));
    assertThat(set.path("concurrent").asInt()).isEqualTo(1);
    broker.registered("n1");

    assertThat(leases("n1")).isEqualTo(1);
    assertThat(leases("n1")).isZero();
    assertThat(why(first + ".0") + why(second + ".0"))
        .contains("At most 1 tasks of kind:dig run at a time, and 1 do");

    broker.send("DELETE", "/api/v1/throttles/kind:dig", null);
    assertThat(leases("n1")).isEqualTo(1);
    assertThat(json(broker.get("/api/v1/throttles")).path("items")).isEmpty();
  }

  @Test
  void aScopeMustNameAKindOrAKey() {
    assertProblem(
        broker.send("PUT", "/api/v1/throttles/embed", "{\"concurrent\":1}"),
        400,
        "bad-request",
        "Expected a scope of the form 'kind:NAME' or 'key:NAME', but it is 'embed'");
    assertProblem(
        broker.send("PUT", "/api/v1/throttles/kind:dig", "{\"concurrent\":0}"),
        400,
        "bad-request",
        "Expected concurrentMax of 1 or more, but it is 0");
  }

  @Test
  void aKindsPolicyIsListed() {
    broker.send(
        "PUT",
        "/api/v1/kinds/dig",
        "{\"maxAttempts\":5,\"firstDelaySeconds\":0.5,\"delayMaxSeconds\":10,\"leaseSeconds\":7}");

    JsonNode policy = json(broker.get("/api/v1/kinds")).path("items").path(0);

    assertThat(policy.path("kind").asText()).isEqualTo("dig");
    assertThat(policy.path("maxAttempts").asInt()).isEqualTo(5);
    assertThat(policy.path("firstDelaySeconds").asDouble()).isEqualTo(0.5);
  }

  @Test
  void buriedTasksAreFoundByFilterAndRevivedOnlyWhenItIsMeant() {
    String job = broker.submitted();
    String lease = broker.leased("n1");
    broker.post(
        "/api/v1/leases/" + lease + "/fail", "{\"reason\":\"no spade\",\"retryable\":false}");

    JsonNode dry = revive("{\"reason\":\"spade\",\"dryRun\":true}");
    assertThat(dry.path("count").asInt()).isEqualTo(1);
    assertThat(dry.path("first").path(0).path("reason").asText()).isEqualTo("no spade");
    assertThat(leases("n1")).isZero();
    assertThat(revive("{\"reason\":\"bucket\"}").path("count").asInt()).isZero();

    assertThat(revive("{\"job\":\"%s\"}".formatted(job)).path("count").asInt()).isEqualTo(1);

    assertThat(leases("n1")).isEqualTo(1);
    assertThat(revive("{}").path("count").asInt()).isZero();
  }

  @Test
  void tasksThatWaitToBeTriedAgainAreRevivedByTheirLabel() {
    String task = "{\"kind\":\"dig\",\"label\":\"%s\",\"payload\":{}}";
    broker.send("PUT", "/api/v1/kinds/dig", "{\"firstDelaySeconds\":600,\"delayMaxSeconds\":600}");
    broker.post(
        "/api/v1/jobs",
        "{\"tasks\":[%s,%s]}".formatted(task.formatted("the well"), task.formatted("a ditch")));
    for (int i = 0; i < 2; i++) {
      broker.post(
          "/api/v1/leases/" + broker.leased("n1") + "/fail",
          "{\"reason\":\"rain\",\"retryable\":true}");
    }
    assertThat(leases("n1")).as("in ten minutes").isZero();

    JsonNode revived = revive("{\"state\":\"waiting\",\"label\":\"well\"}");

    assertThat(revived.path("count").asInt()).as(revived.toString()).isEqualTo(1);
    assertThat(leases("n1")).isEqualTo(1);
    assertThat(leases("n1")).as("the ditch waits on").isZero();
  }

  @Test
  void aReasonIsNoFilterForTasksThatWait() {
    assertProblem(
        broker.post("/api/v1/tasks/revive", "{\"state\":\"waiting\",\"reason\":\"x\"}"),
        400,
        "bad-request",
        "Expected 'reason' only with the state 'buried', but the state is 'waiting'");
  }

  private JsonNode revive(String filter) {
    return json(broker.post("/api/v1/tasks/revive", filter));
  }

  private String submitted(String kind) {
    return json(broker.post(
            "/api/v1/jobs", "{\"tasks\":[{\"kind\":\"%s\",\"payload\":{}}]}".formatted(kind)))
        .path("job")
        .asText();
  }

  /// What the call for work says, and the renewal.
  private List<String> modes(String node) {
    String path = "/api/v1/nodes/" + node;
    return Stream.of(
            broker.post(path + "/work", "{\"results\":[],\"want\":0,\"waitSeconds\":0}"),
            broker.post(path + "/renew", "{\"leases\":[]}"))
        .map(answer -> json(answer).path("mode").asText())
        .toList();
  }

  private int leases(String node) {
    HttpResponse<String> work =
        broker.post(
            "/api/v1/nodes/" + node + "/work", "{\"results\":[],\"want\":1,\"waitSeconds\":0}");
    return json(work).path("leases").size();
  }

  private String why(String task) {
    return json(broker.get("/api/v1/tasks/" + task + "/why")).path("reasons").toString();
  }
}
