package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.broker.history.Pasts;
import org.mycoswarm.schema.json.Json;

/// What is asked with `asOf` is answered as it would have been then.
class AsOfTest {
  private static final String TWO_TASKS =
      """
      {"name":"holes","tasks":[{"kind":"dig","payload":{}},{"kind":"dig","payload":{}}]}""";

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
  void aJobIsShownAsItWasAtEachPosition() {
    Map<Long, JsonNode> jobThen = new TreeMap<>();
    Map<Long, JsonNode> tasksThen = new TreeMap<>();
    Map<Long, JsonNode> jobsThen = new TreeMap<>();
    HttpResponse<String> submitted = broker.post("/api/v1/jobs", TWO_TASKS);
    assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
    String job = json(submitted).path("job").asText();
    for (Runnable step : steps(job)) {
      long position = broker.queue.durable().value();
      jobThen.put(position, json(broker.get("/api/v1/jobs/" + job)));
      tasksThen.put(position, json(broker.get("/api/v1/jobs/" + job + "/tasks")));
      jobsThen.put(position, json(broker.get("/api/v1/jobs")));
      step.run();
    }

    assertThat(jobThen).hasSizeGreaterThan(4);
    for (long position : jobThen.keySet()) {
      HttpResponse<String> past = broker.get("/api/v1/jobs/" + job + "?asOf=" + position);
      assertThat(past.statusCode()).as(past.body()).isEqualTo(200);
      assertThat(json(past)).as("job at " + position).isEqualTo(jobThen.get(position));
      assertThat(past.headers().firstValue("As-Of")).contains(Long.toString(position));
      assertThat(json(broker.get("/api/v1/jobs/" + job + "/tasks?asOf=" + position)))
          .as("tasks at " + position)
          .isEqualTo(tasksThen.get(position));
      assertThat(json(broker.get("/api/v1/jobs?asOf=" + position)))
          .as("jobs at " + position)
          .isEqualTo(jobsThen.get(position));
    }
  }

  @Test
  void whatCameLaterIsNotThereYet() {
    String first = broker.submitted();
    long between = broker.queue.durable().value();
    String second = broker.submitted();

    assertThat(broker.get("/api/v1/jobs?asOf=" + between).body()).contains(first);
    assertThat(broker.get("/api/v1/jobs?asOf=" + between).body()).doesNotContain(second);
    assertThat(broker.get("/api/v1/tasks/" + first + ".0?asOf=" + between).statusCode())
        .isEqualTo(200);
    assertProblem(
        broker.get("/api/v1/jobs/" + second + "?asOf=" + between), 404, "not-found", second);
    assertThat(json(broker.get("/api/v1/jobs?asOf=0")).path("items")).isEmpty();
  }

  @Test
  void aTimeMeansTheLastEntryUpToThen() throws Exception {
    String first = broker.submitted();
    long position = broker.queue.durable().value();
    String time =
        json(broker.get("/api/v1/log?limit=1&after=" + (position - 1))).at("/items/0/at").asText();
    String second = broker.submitted();

    HttpResponse<String> then = broker.get("/api/v1/jobs?asOf=" + time);
    HttpResponse<String> before = broker.get("/api/v1/jobs?asOf=2001-01-01T00:00:00Z");
    HttpResponse<String> now = broker.get("/api/v1/jobs?asOf=2999-01-01T00:00:00%2B01:00");

    assertThat(then.headers().firstValue("As-Of")).contains(Long.toString(position));
    assertThat(then.body()).contains(first).doesNotContain(second);
    assertThat(before.headers().firstValue("As-Of")).contains("0");
    assertThat(now.headers().firstValue("As-Of")).contains(Long.toString(position + 1));
    assertThat(now.body()).contains(first, second);
  }

  @Test
  void whoLivedThenIsNotKnownButWhatItHeldIs() {
    broker.submitted();
    String lease = broker.leased("digger");
    long then = broker.queue.durable().value();
    broker.post("/api/v1/leases/" + lease + "/release", "{}");

    JsonNode node = json(broker.get("/api/v1/nodes?asOf=" + then)).at("/items/0");

    assertThat(node.path("state").asText()).isEqualTo("unknown");
    assertThat(node.path("lastSeenAt").isMissingNode()).isTrue();
    assertThat(node.at("/leases/0/lease").asText()).isEqualTo(lease);
    assertThat(json(broker.get("/api/v1/nodes")).at("/items/0/leases")).isEmpty();
  }

  @Test
  void whyATaskWaitedIsAnsweredAsOfThen() {
    String job = broker.submitted();
    long alone = broker.queue.durable().value();
    broker.registered("digger");
    broker.post("/api/v1/jobs/" + job + "/pause", "{}");
    long paused = broker.queue.durable().value();
    broker.post("/api/v1/jobs/" + job + "/resume", "{}");
    String lease = broker.leased("digger");
    long leased = broker.queue.durable().value();
    end(job, 0, "complete", "{\"blobs\":[],\"counts\":{},\"detail\":{}}");
    long ended = broker.queue.durable().value();

    assertThat(lease).startsWith(job);
    assertThat(why(job, alone)).contains("ready", "No node is registered");
    assertThat(why(job, paused))
        .contains("Its job '" + job + "' is paused", "could do it if it lived then");
    assertThat(why(job, leased)).contains("leased", "Node 'digger' works on it");
    assertThat(why(job, ended)).contains("ended", "it is succeeded");
    assertProblem(
        broker.get("/api/v1/tasks/" + job + ".0/why?asOf=0"), 404, "not-found", job + ".0");
  }

  @Test
  void aStartThatWasPutOffHasComeAtALaterTimeOfTheSameEntry() {
    String job =
        json(broker.post(
                "/api/v1/jobs",
                """
                {"name":"late","tasks":[{"kind":"dig","payload":{},"delaySeconds":60}]}"""))
            .path("job")
            .asText();
    String later = Instant.now().plusSeconds(120).toString();

    assertThat(broker.get("/api/v1/tasks/" + job + ".0/why?asOf=" + later).body())
        .contains("\"ready\"");
    assertThat(why(job, broker.queue.durable().value())).contains("Its start was put off");
  }

  @Test
  void kindsAndThrottlesAreShownAsTheyWere() {
    long before = broker.queue.durable().value();
    put("/api/v1/throttles/kind:dig", "{\"concurrent\":1}");
    long throttled = broker.queue.durable().value();
    put(
        "/api/v1/kinds/dig",
        """
        {"maxAttempts":7,"firstDelaySeconds":1,"delayMaxSeconds":2,"leaseSeconds":9}""");
    long all = broker.queue.durable().value();
    put("/api/v1/throttles/kind:dig", "{\"concurrent\":5}");

    assertThat(concurrent("?asOf=" + throttled)).isEqualTo(1);
    assertThat(concurrent("")).isEqualTo(5);
    assertThat(json(broker.get("/api/v1/throttles?asOf=" + before)).path("items")).isEmpty();
    assertThat(json(broker.get("/api/v1/kinds?asOf=" + throttled)).path("items")).isEmpty();
    assertThat(json(broker.get("/api/v1/kinds?asOf=" + all)).at("/items/0/maxAttempts").asInt())
        .isEqualTo(7);
  }

  @Test
  void schedulesAreShownAsTheyWere() {
    String nightly = "/api/v1/schedules/nightly";
    long before = broker.queue.durable().value();
    put(
        nightly,
        """
        {"when":"02:30","zone":"UTC","action":{"submit":{"name":"a","tasks":[{"kind":"dig","payload":{}}]}}}""");
    long made = broker.queue.durable().value();
    String then = broker.get(nightly).body();
    broker.post(nightly + "/pause", "{}");
    long paused = broker.queue.durable().value();
    broker.send("DELETE", nightly, null);

    assertThat(json(broker.get("/api/v1/schedules?asOf=" + before)).path("items")).isEmpty();
    HttpResponse<String> past = broker.get(nightly + "?asOf=" + made);
    assertThat(past.headers().firstValue("As-Of")).contains(Long.toString(made));
    assertThat(json(past).path("enabled").asBoolean()).isTrue();
    assertThat(json(past).path("cron")).isEqualTo(Json.LENIENT.valueToTree("30 2 * * *"));
    assertThat(then).contains("\"enabled\":true");
    JsonNode list = json(broker.get("/api/v1/schedules?asOf=" + paused));
    assertThat(list.at("/items/0/name").asText()).isEqualTo("nightly");
    assertThat(list.at("/items/0/enabled").asBoolean()).isFalse();
    assertThat(json(broker.get(nightly + "/runs?asOf=" + made)).path("next")).hasSize(5);
    assertProblem(broker.get(nightly), 404, "not-found", "nightly");
  }

  @Test
  void collectionsAndTheirRunsAreShownAsTheyWere(@TempDir Path documents) throws Exception {
    long before = broker.queue.durable().value();
    Files.writeString(documents.resolve("a.txt"), "The boat lies in the shed.");
    broker.indexed(documents);
    long begun = broker.queue.durable().value();
    String run = json(broker.get("/api/v1/collections/books")).at("/run/run").asText();
    String address = "/api/v1/collections/books/runs/" + run;
    broker.post(address + "/cancel", "{}");
    await(() -> broker.get(address).body().contains("\"cancelled\""));

    assertThat(json(broker.get("/api/v1/collections?asOf=" + before)).path("items")).isEmpty();
    JsonNode then = json(broker.get("/api/v1/collections/books?asOf=" + begun));
    assertThat(then.at("/run/state").asText()).isEqualTo("running");
    assertThat(then.path("run").has("progress")).isFalse();
    assertThat(then.path("generation").asInt()).isZero();
    assertThat(json(broker.get(address + "?asOf=" + begun)).path("state").asText())
        .isEqualTo("running");
    assertThat(json(broker.get("/api/v1/collections/books/runs?asOf=" + begun)).path("items"))
        .hasSize(1);
    long ended = broker.queue.durable().value();
    assertThat(json(broker.get(address + "/report?asOf=" + ended)))
        .isEqualTo(json(broker.get(address + "/report")));
    assertProblem(
        broker.get(address + "/report?asOf=" + begun), 409, "run-running", "to have a report");
    assertProblem(
        broker.get("/api/v1/collections/books?asOf=" + before), 404, "not-found", "'books'");
  }

  @Test
  void resultsOfAJobAreThoseOfThen() {
    String job = broker.submitted();
    broker.registered("digger");
    broker.leased("digger");
    long running = broker.queue.durable().value();
    String results = "/api/v1/jobs/" + job + "/results";
    end(job, 0, "complete", "{\"blobs\":[],\"counts\":{},\"detail\":{}}");

    assertThat(broker.get(results).statusCode()).isEqualTo(200);
    assertProblem(broker.get(results + "?asOf=" + running), 409, "job-running", job);
    HttpResponse<String> part = broker.get(results + "?partial=true&asOf=" + running);
    assertThat(part.statusCode()).as(part.body()).isEqualTo(200);
    assertThat(part.headers().firstValue("As-Of")).contains(Long.toString(running));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Instant until = Instant.now().plusSeconds(60);
    while (!condition.getAsBoolean()) {
      assertThat(Instant.now()).isBefore(until);
      Thread.sleep(20);
    }
  }

  private int concurrent(String query) {
    return json(broker.get("/api/v1/throttles" + query)).at("/items/0/concurrent").asInt();
  }

  private void put(String path, String body) {
    HttpResponse<String> answer = broker.send("PUT", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  private String why(String job, long asOf) {
    HttpResponse<String> answer = broker.get("/api/v1/tasks/" + job + ".0/why?asOf=" + asOf);
    assertThat(answer.headers().firstValue("As-Of")).contains(Long.toString(asOf));
    return answer.body();
  }

  @Test
  void pagesOfThePastAreOfOneMoment() {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      jobs.addFirst(broker.submitted());
    }
    long then = broker.queue.durable().value();

    List<String> seen = new ArrayList<>();
    String cursor = "";
    do {
      broker.submitted();
      JsonNode page = json(broker.get("/api/v1/jobs?limit=2&asOf=" + then + cursor));
      page.path("items").forEach(job -> seen.add(job.path("job").asText()));
      cursor = page.hasNonNull("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!cursor.isEmpty());

    assertThat(seen).isEqualTo(jobs);
  }

  @Test
  void aMomentThatCannotBeIsRefused() {
    broker.submitted();

    assertProblem(
        broker.get("/api/v1/jobs?asOf=99"),
        400,
        "bad-request",
        "Expected asOf to be a position up to 1, where the log ends, but it is 99");
    assertProblem(
        broker.get("/api/v1/nodes?asOf=yesterday"),
        400,
        "bad-request",
        "a position in the log or a time such as 2026-11-23T10:00:00Z, but it is 'yesterday'");
    assertProblem(broker.get("/api/v1/jobs?asOf="), 400, "bad-request", "but it is ''");
  }

  @Test
  void whatHasNoHistoryRefusesToBeAskedAboutIt() {
    for (String path : List.of("/api/v1", "/api/v1/blobs/" + "a".repeat(64), "/api/v1/events")) {
      assertProblem(
          broker.get(path + "?asOf=1"),
          400,
          "bad-request",
          "Expected a call that can look into the past, but GET " + path + " cannot");
    }
  }

  @Test
  void aPastThatIsTooLongIsRefusedWithTheWayOut(@TempDir Path other) {
    Pasts.Bounds small = new Pasts.Bounds(3, 2, Duration.ofMinutes(1));
    try (BrokerUnderTest bounded = BrokerUnderTest.withPast(other, small)) {
      bounded.submitted();
      bounded.submitted();

      assertThat(bounded.get("/api/v1/jobs?asOf=1").statusCode()).isEqualTo(200);
      assertProblem(
          bounded.get("/api/v1/jobs?asOf=2"),
          422,
          "unprocessable",
          "Expected at most 3 entries and tasks up to entry 2, but that many are reached with entry 1;");
    }
  }

  /// What happens to a job of two tasks, one entry a step.
  private List<Runnable> steps(String job) {
    return List.of(
        () -> broker.registered("digger"),
        () -> broker.leased("digger"),
        () -> end(job, 0, "complete", "{\"blobs\":[],\"counts\":{\"holes\":3},\"detail\":{}}"),
        () -> broker.leased("digger"),
        () -> end(job, 1, "release", "{}"),
        () -> broker.leased("digger"),
        () -> end(job, 1, "fail", "{\"reason\":\"rock\",\"retryable\":false}"),
        () -> {});
  }

  private void end(String job, int task, String how, String body) {
    String id = job + "." + task;
    int attempt = json(broker.get("/api/v1/tasks/" + id)).path("attempts").size();
    HttpResponse<String> answer =
        broker.post("/api/v1/leases/%s.%d/%s".formatted(id, attempt, how), body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }
}
