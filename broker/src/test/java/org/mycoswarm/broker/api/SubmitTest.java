package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SubmitTest {
  private static final String ONE_TASK =
      "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{\"deep\":3}}]}";

  @TempDir private static Path folder;
  private static BrokerUnderTest broker;

  @BeforeAll
  static void open() {
    broker = BrokerUnderTest.onLoopback(folder.resolve("shared"));
  }

  @AfterAll
  static void close() {
    broker.close();
  }

  @Test
  void aTaskOfAKindNobodyHasHeardOfIsTaken() {
    HttpResponse<String> answer = broker.post("/api/v1/jobs", ONE_TASK);

    assertThat(answer.statusCode()).isEqualTo(201);
    String job = json(answer).path("job").asText();
    assertThat(job).matches("[0-9a-hjkmnp-tv-z]{14}");
    assertThat(answer.headers().firstValue("Location"))
        .contains(broker.uri("/api/v1/jobs/" + job).toString());
    assertThat(json(answer).path("tasks").path("ready").asInt()).isEqualTo(1);
    assertThat(json(broker.get("/api/v1/jobs/" + job))).isEqualTo(json(answer));
  }

  @Test
  void theSameRequestUnderTheSameKeyIsTheSameJob() {
    HttpResponse<String> first = broker.post("/api/v1/jobs", ONE_TASK, "Idempotency-Key", "k1");

    HttpResponse<String> again =
        broker.post(
            "/api/v1/jobs",
            "{ \"tasks\" : [ {\"payload\":{\"deep\":3}, \"kind\":\"dig\"} ] }",
            "Idempotency-Key",
            "k1");

    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.headers().firstValue("Idempotent-Replayed")).contains("true");
    assertThat(json(again).path("job")).isEqualTo(json(first).path("job"));
  }

  @Test
  void anotherRequestUnderTheSameKeyIsRefused() {
    broker.post("/api/v1/jobs", ONE_TASK, "Idempotency-Key", "k2");

    HttpResponse<String> other =
        broker.post("/api/v1/jobs", "{\"tasks\":[]}", "Idempotency-Key", "k2");

    assertProblem(other, 422, "key-reused", "Expected the request that Idempotency-Key 'k2'");
  }

  @Test
  void aKeyThatCannotBeSeenIsRefused() {
    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", ONE_TASK, "Idempotency-Key", "k".repeat(256));

    assertProblem(answer, 400, "bad-request", "1 to 255 visible ASCII characters");
  }

  @Test
  void malformedJsonIsNamedByItsPlace() {
    HttpResponse<String> answer = broker.post("/api/v1/jobs", "{\"tasks\":\n [}");

    assertProblem(answer, 400, "bad-request", "at line 2, column 3");
  }

  @Test
  void anUnknownFieldIsNamedWithTheOneThatWasMeant() {
    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{\"tasks\":[{\"kind\":\"dig\",\"paylod\":{}}]}");

    assertProblem(answer, 400, "bad-request", "'tasks[0].paylod'");
    assertThat(answer.body()).contains("Did you mean 'payload'?");
  }

  @Test
  void aMissingFieldIsNamed() {
    HttpResponse<String> answer = broker.post("/api/v1/jobs", "{\"tasks\":[{\"kind\":\"dig\"}]}");

    assertProblem(answer, 400, "bad-request", "value for the field 'tasks[0].payload'");
  }

  @Test
  void aValueOfTheWrongTypeIsNamed() {
    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs",
            "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{},\"maxAttempts\":\"x\"}]}");

    assertProblem(
        answer, 400, "bad-request", "a number in the field 'tasks[0].maxAttempts', but it is 'x'");
  }

  @Test
  void aPayloadThatIsNoObjectIsRefused() {
    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{\"tasks\":[{\"kind\":\"dig\",\"payload\":7}]}");

    assertProblem(answer, 400, "bad-request", "'payload' to be a JSON object, but it is of type");
  }

  @Test
  void neitherAFolderNorTasksIsRefused() {
    assertProblem(broker.post("/api/v1/jobs", "{}"), 400, "bad-request", "but found neither");
  }

  @Test
  void tooManyAttemptsAreRefusedWithTheRange() {
    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs", "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{},\"maxAttempts\":21}]}");

    assertProblem(answer, 400, "bad-request", "Expected maxAttempts of 1 to 20, but it is '21'");
  }

  @Test
  void moreTasksThanOneSubmissionMayHaveAreTooLarge() {
    String tasks = "{\"kind\":\"dig\",\"payload\":{}},".repeat(21);

    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{\"tasks\":[" + tasks.substring(0, tasks.length() - 1) + "]}");

    assertProblem(answer, 413, "too-large", "tasks in one submission of at most 20");
  }

  @Test
  void aFullQueueSaysWhenToTryAgain() {
    String twenty = "{\"kind\":\"dig\",\"payload\":{}},".repeat(20);
    String body = "{\"tasks\":[" + twenty.substring(0, twenty.length() - 1) + "]}";
    try (BrokerUnderTest full = BrokerUnderTest.onLoopback(folder.resolve("full"))) {
      full.post("/api/v1/jobs", body);
      full.post("/api/v1/jobs", body);

      HttpResponse<String> answer = full.post("/api/v1/jobs", body);

      assertProblem(answer, 429, "queue-full", "40 of at most 50 tasks are open");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void aBlobThatWasNotUploadedIsNamed() {
    String missing = "b".repeat(64);

    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs",
            "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{},\"blobs\":[\"%s\"]}]}"
                .formatted(missing));

    assertProblem(answer, 422, "blob-missing", missing);
  }

  @Test
  void aFolderBecomesOneChunkTaskForEachFile() {
    String text = broker.blob("some text");
    String manifest =
        broker.blob(
            "{\"files\":[{\"path\":\"a/b.txt\",\"sha256\":\"%s\",\"size\":9}],\"skipped\":[]}"
                .formatted(text));

    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{\"embed\":{\"manifest\":\"%s\"}}".formatted(manifest));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(json(answer).path("kind").asText()).isEqualTo("embed-folder");
    String job = json(answer).path("job").asText();
    var task = json(broker.get("/api/v1/jobs/" + job + "/tasks")).path("items").path(0);
    assertThat(task.path("kind").asText()).isEqualTo("chunk");
    assertThat(task.path("label").asText()).isEqualTo("a/b.txt");
    assertThat(task.path("model").asText()).isEqualTo(BrokerUnderTest.MODEL);
  }

  @Test
  void aManifestThatWasNotUploadedIsNamed() {
    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{\"embed\":{\"manifest\":\"%s\"}}".formatted("c".repeat(64)));

    assertProblem(answer, 422, "blob-missing", "c".repeat(64));
  }

  @Test
  void aBlobThatIsNoManifestIsUnprocessable() {
    String manifest = broker.blob("not a manifest");

    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{\"embed\":{\"manifest\":\"%s\"}}".formatted(manifest));

    assertProblem(answer, 422, "unprocessable", "to be a manifest");
  }

  @Test
  void anUnknownModelIsNamedWithTheKnownOnes() {
    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs",
            "{\"embed\":{\"manifest\":\"%s\",\"model\":\"mino\"}}".formatted("c".repeat(64)));

    assertProblem(answer, 422, "model-unknown", "Known: mini. Did you mean 'mini'?");
  }

  @Test
  void chunksLongerThanTheModelReadsAreRefused() {
    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs",
            "{\"embed\":{\"manifest\":\"%s\",\"chunkTokens\":257}}".formatted("c".repeat(64)));

    assertProblem(answer, 400, "bad-request", "Expected chunkTokens of 16 to 256, but it is '257'");
  }

  static void assertProblem(HttpResponse<String> answer, int status, String type, String words) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(json(answer).path("type").asText()).isEqualTo("urn:mycoswarm:problem:" + type);
    assertThat(json(answer).path("status").asInt()).isEqualTo(status);
    assertThat(json(answer).path("detail").asText()).contains(words);
    assertThat(json(answer).path("instance").asText())
        .isEqualTo(answer.request().uri().getRawPath());
    assertThat(answer.body())
        .doesNotContain("org.mycoswarm", "jakarta.", "com.fasterxml", "java.lang", "\\tat ");
  }
}
