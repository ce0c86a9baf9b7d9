package org.mycoswarm.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whatever is sent to the broker, it answers in order and loses nothing.
@Timeout(180)
class BadRequestsIT {
  private static final String TASK =
      "{\"name\":\"%s\",\"tasks\":[{\"kind\":\"nobody-does-this\",\"payload\":{}}]}";

  @TempDir Path folder;
  private Swarm swarm;
  private Program broker;

  @BeforeEach
  void startBroker() {
    swarm = new Swarm(folder);
    broker = swarm.broker();
  }

  @AfterEach
  void stopAll() {
    swarm.close();
  }

  @Test
  void everyNonsenseIsAProblemDocumentAndChangesNothing() {
    String job = submit("before", "key-before");
    long entries = Story.of(swarm.api()).all().size();

    assertProblem(jobs("{\"tasks\":["), 400, "bad-request");
    assertProblem(jobs("not json at all"), 400, "bad-request");
    assertProblem(jobs(""), 400, "bad-request");
    assertProblem(jobs("[]"), 400, "bad-request");
    assertProblem(jobs("{}"), 400, "bad-request");
    assertProblem(jobs("{\"tasks\":[{\"payload\":{}}]}"), 400, "bad-request");
    assertProblem(jobs("{\"tsaks\":[]}"), 400, "bad-request");
    assertProblem(jobs("[".repeat(5_000)), 400, "bad-request");
    assertProblem(nineMegabytes(), 413, "too-large");
    assertProblem(jobs("\u0000\uffff"), 400, "bad-request");
    assertProblem(
        send("POST", "/api/v1/jobs", "text/plain", "hello"), 415, "unsupported-media-type");
    assertProblem(send("DELETE", "/api/v1/jobs", null, null), 405, "method-not-allowed");
    assertProblem(
        send("PUT", "/api/v1/jobs/" + job, "application/json", "{}"), 405, "method-not-allowed");
    assertProblem(send("POST", "/healthz", "application/json", "{}"), 405, "method-not-allowed");
    for (String nowhere :
        List.of(
            "/api/v1/jobs/no-such-job",
            "/api/v1/jobs/no-such-job/tasks",
            "/api/v1/jobs/no-such-job/report",
            "/api/v1/jobs/no-such-job/results",
            "/api/v1/tasks/no-such-job.0",
            "/api/v1/tasks/nonsense",
            "/api/v1/blobs/" + "0".repeat(64),
            "/api/v1/blobs/..",
            "/api/v1/nothing",
            "/api/v2",
            "/etc/passwd",
            "/console/%20",
            "/api/v1/jobs/%F0%9F%8D%84")) {
      assertProblem(send("GET", nowhere, null, null), 404, "not-found");
    }
    for (String bent :
        List.of(
            "/api/v1/jobs/..%2f..%2fetc%2fpasswd",
            "/console/..%2f..%2fbroker-id",
            "/console/%2e%2e/%2e%2e/token",
            "/api/v1//jobs",
            "/api/v1/jobs/%00")) {
      assertThat(assertProblem(send("GET", bent, null, null)).statusCode()).isIn(400, 404);
    }
    assertProblem(send("GET", "/api/v1/jobs?limit=0", null, null), 400, "bad-request");
    assertProblem(send("GET", "/api/v1/jobs?limit=many", null, null), 400, "bad-request");
    assertProblem(send("GET", "/api/v1/jobs?cursor=%7B", null, null), 400, "bad-request");
    assertProblem(send("GET", "/api/v1/jobs?state=happy", null, null), 400, "bad-request");
    assertProblem(send("GET", "/api/v1/log?after=-1", null, null), 400, "bad-request");

    assertThat(Story.of(swarm.api()).all()).hasSize((int) entries);
    assertNothingWasLost(job);
  }

  @Test
  void anUnknownJobStaysUnknownAfterARestart() {
    String unknown = "/api/v1/jobs/01kaq3x0m2-j1";
    assertProblem(send("GET", unknown, null, null), 404, "not-found");
    assertProblem(send("POST", unknown + "/cancel", "application/json", "{}"), 404, "not-found");

    restart();

    assertProblem(send("GET", unknown, null, null), 404, "not-found");
    assertProblem(send("POST", unknown + "/cancel", "application/json", "{}"), 404, "not-found");
  }

  @Test
  void aKeyStandsForOneJobAlsoAfterARestart() {
    String job = submit("once", "key-once");

    assertRepeats(job, "key-once");
    restart();
    assertRepeats(job, "key-once");

    assertThat(Story.of(swarm.api()).of("job.submitted")).hasSize(1);
    assertNothingWasLost(job);
  }

  @Test
  void aTaskOfAnUnknownKindWaitsAndCanBeCancelled() {
    String job = submit("for nobody", "key-nobody");

    assertThat(swarm.api().get("/api/v1/jobs/" + job).path("tasks").path("ready").asInt()).isOne();
    HttpResponse<String> cancelled =
        send("POST", "/api/v1/jobs/" + job + "/cancel", "application/json", "");

    assertThat(Api.json(cancelled).path("state").asText()).isEqualTo("cancelled");
    assertNothingWasLost(job);
  }

  @Test
  void aStaleLeaseIsRefusedAlsoAfterARestart() {
    ForeignNode node = ForeignNode.join(swarm.api(), "foreign", "nobody-does-this");
    String job = submit("stale", "key-stale");
    String lease = node.leaseOne();
    swarm.api().post("/api/v1/jobs/" + job + "/cancel", "{}");

    assertProblem(node.complete(lease), 409, "lease-not-held");
    restart();
    assertProblem(
        send("POST", "/api/v1/leases/" + lease + "/complete", "application/json", "{}"),
        409,
        "lease-not-held");

    assertThat(Story.of(swarm.api()).of("task.succeeded")).isEmpty();
    assertNothingWasLost(job);
  }

  /// In a network namespace of its own, because `--lan` listens to everybody.
  @Test
  void withLanACallWithoutTheTokenIsTurnedAway() {
    CommandRun may =
        CommandRun.of(
            List.of("unshare", "--net", "ip", "link", "set", "lo", "up"), Map.of(), folder);
    Needs.NETWORKS.expect(
        may.exit() == 0, "network namespaces need root on Linux, with ip and unshare");
    String script =
        """
        set -eu
        ip link set lo up
        "$0" --sun-misc-unsafe-memory-access=allow -jar "$1" --home lan --lan --port 7777 >lan.log 2>&1 &
        broker=$!
        trap 'kill -9 $broker' EXIT
        for i in $(seq 600); do
          curl -sf http://127.0.0.1:7777/healthz >ok && break
          sleep 0.1
        done
        url=http://127.0.0.1:7777/api/v1/jobs
        curl -s -w '%{http_code} %{content_type}\n' $url
        curl -s -w '%{http_code} %{content_type}\n' -H 'Authorization: Bearer wrong' $url
        curl -s -o page -w '%{http_code} %{content_type}\n' -H "Authorization: Bearer $(cat lan/token)" $url
        """;
    CommandRun run =
        CommandRun.of(
            List.of(
                "unshare",
                "--net",
                "sh",
                "-c",
                script,
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                Swarm.jar("mycoswarm-broker").toString()),
            Map.of(),
            folder);

    assertThat(run.exit()).as(run.all()).isZero();
    assertThat(
            run.out().lines().filter(line -> line.contains("urn:mycoswarm:problem:unauthorized")))
        .as(run.all())
        .hasSize(2)
        .allMatch(line -> line.endsWith("401 application/problem+json"));
    assertThat(run.out().lines().toList().getLast()).startsWith("200 application/json");
  }

  private void restart() {
    broker.kill();
    broker = swarm.broker("--port", Integer.toString(swarm.port()));
  }

  private String submit(String name, String key) {
    HttpResponse<String> answer =
        swarm.api().postAny("/api/v1/jobs", TASK.formatted(name), "Idempotency-Key", key);
    assertThat(answer.statusCode()).isEqualTo(201);
    return Api.json(answer).path("job").asText();
  }

  private void assertRepeats(String job, String key) {
    HttpResponse<String> same =
        swarm.api().postAny("/api/v1/jobs", TASK.formatted("once"), "Idempotency-Key", key);
    assertThat(same.statusCode()).isEqualTo(200);
    assertThat(same.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(Api.json(same).path("job").asText()).isEqualTo(job);
    assertProblem(
        swarm.api().postAny("/api/v1/jobs", TASK.formatted("other"), "Idempotency-Key", key),
        422,
        "key-reused");
  }

  private HttpResponse<String> jobs(String body) {
    return swarm.api().postAny("/api/v1/jobs", body);
  }

  /// Asks before it sends: an answer that comes while a client is still sending may be lost to it.
  private HttpResponse<String> nineMegabytes() {
    return swarm
        .api()
        .send(
            HttpRequest.newBuilder(URI.create(swarm.api().url() + "/api/v1/jobs"))
                .header("Content-Type", "application/json")
                .expectContinue(true)
                .POST(BodyPublishers.ofString("{\"name\":\"" + "x".repeat(9 << 20) + "\"}")));
  }

  private HttpResponse<String> send(
      String method, String path, @Nullable String type, @Nullable String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(swarm.api().url() + path))
            .timeout(Duration.ofSeconds(30))
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (type != null) {
      request.header("Content-Type", type);
    }
    return swarm.api().send(request);
  }

  private static void assertProblem(HttpResponse<String> answer, int status, String type) {
    assertProblem(answer);
    assertThat(answer.statusCode()).as(answer.uri() + ": " + answer.body()).isEqualTo(status);
    assertThat(Api.tree(answer).path("type").asText()).isEqualTo("urn:mycoswarm:problem:" + type);
  }

  /// A document that speaks of the request, and never of the program's inside.
  private static HttpResponse<String> assertProblem(HttpResponse<String> answer) {
    String said = answer.uri() + ": " + answer.statusCode() + " " + answer.body();
    assertThat(answer.headers().firstValue("Content-Type"))
        .as(said)
        .contains("application/problem+json");
    assertThat(Api.tree(answer).path("status").asInt()).as(said).isEqualTo(answer.statusCode());
    assertThat(Api.tree(answer).path("detail").asText()).as(said).startsWith("Expected ");
    assertThat(answer.body())
        .doesNotContain("Exception")
        .doesNotContain("org.mycoswarm")
        .doesNotContain("at org.")
        .doesNotContain("java.");
    return answer;
  }

  private void assertNothingWasLost(String job) {
    assertThat(swarm.api().get("/api/v1/jobs/" + job).path("job").asText()).isEqualTo(job);
    assertThat(swarm.api().post("/api/v1/log/verify", "{}").path("same").asBoolean()).isTrue();
    assertThat(broker.log()).doesNotContain("\tat ");
  }
}
