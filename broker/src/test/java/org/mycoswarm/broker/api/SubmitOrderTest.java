package org.mycoswarm.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mycoswarm.queue.domain.Command.SetKindPolicy;
import org.mycoswarm.queue.domain.KindPolicy;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.RetryPolicy;

/// What a submission may say of order, time, shape and terms, and what becomes of it in the log.
class SubmitOrderTest {
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
  void aJobThatSaysNothingIsInTheUsualOrder() {
    JsonNode spec = submitted("{\"tasks\":[%s]}".formatted(task(""))).path("spec");

    // The log leaves out what is usual: anyone's, priority 4, whatever fails.
    assertThat(spec.has("submitter") || spec.has("priority")).isFalse();
    assertThat(spec.has("toleratedPercent") || spec.has("deadline")).isFalse();
  }

  @Test
  void aJobHasTheOrderItAsksFor() {
    JsonNode order =
        submitted(
                """
                {"submitter":"ada","priority":9,"onFailure":{"toleratePercent":25},
                 "deadlineSeconds":60.5,"tasks":[%s]}"""
                    .formatted(task("")))
            .path("spec");

    assertThat(order.path("submitter").asText()).isEqualTo("ada");
    assertThat(order.path("priority").asInt()).isEqualTo(9);
    assertThat(order.path("toleratedPercent").asInt()).isEqualTo(25);
    assertThat(Instant.parse(order.path("deadline").asText()))
        .isBetween(Instant.now().plusSeconds(30), Instant.now().plusSeconds(61));
  }

  @Test
  void failFastToleratesNothing() {
    JsonNode order =
        submitted("{\"onFailure\":\"fail-fast\",\"tasks\":[%s]}".formatted(task(""))).path("spec");

    assertThat(order.path("toleratedPercent").asInt()).isZero();
  }

  @Test
  void aTaskHasTheTermsItAsksFor() {
    JsonNode task =
        submitted(
                "{\"tasks\":[%s]}"
                    .formatted(
                        task(
                            """
                            ,"cost":700,"limitKey":"example.org","deadlineSeconds":90,
                            "resources":{"cpu":2,"vramMiB":4096},
                            "retry":{"maxAttempts":7,"firstDelaySeconds":0.25,"delayMaxSeconds":5}""")))
            .at("/tasks/0");

    assertThat(task.findValue("cost").asLong()).isEqualTo(700);
    assertThat(task.findValue("limitKey").asText()).isEqualTo("example.org");
    assertThat(task.findValue("cpu").asInt()).isEqualTo(2);
    assertThat(task.findValue("vramMiB").asInt()).isEqualTo(4_096);
    assertThat(task.findValue("attemptsMax").asInt()).isEqualTo(7);
    assertThat(task.findValue("deadline").asText()).isNotEmpty();
  }

  @Test
  void aTaskThatIsPinnedToANodeIsShownSoAndNobodyElseGetsIt() {
    broker.post(
        "/api/v1/nodes",
        """
        {"node":"other","name":"n","detail":{},
         "capabilities":[{"kind":"pinnable","device":"cpu","rate":1}]}""");

    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs",
            "{\"tasks\":[{\"kind\":\"pinnable\",\"payload\":{},\"node\":\"attic\"}]}");
    String task = json(answer).path("job").asText() + ".0";
    HttpResponse<String> work =
        broker.post("/api/v1/nodes/other/work", "{\"results\":[],\"want\":1,\"waitSeconds\":0}");

    assertThat(json(work).path("leases")).as(work.body()).isEmpty();
    assertThat(json(broker.get("/api/v1/tasks/" + task)).path("node").asText()).isEqualTo("attic");
    assertThat(json(broker.get("/api/v1/tasks/" + task + "/why")).at("/reasons/0").asText())
        .isEqualTo("It waits for the node 'attic', which is not registered");
  }

  @Test
  void whatATaskDoesNotSayIsAsThePolicyOfItsKindSays() {
    broker
        .queue
        .post(
            new SetKindPolicy(
                "policied",
                new KindPolicy(
                    new RetryPolicy(9, Duration.ofSeconds(2), Duration.ofSeconds(30)),
                    Duration.ofSeconds(77))))
        .join();

    JsonNode tasks =
        submitted(
                """
                {"tasks":[{"kind":"policied","payload":{}},
                          {"kind":"policied","payload":{},"leaseSeconds":5,"maxAttempts":2}]}""")
            .path("tasks");

    assertThat(tasks.path(0).findValue("attemptsMax").asInt()).isEqualTo(9);
    assertThat(tasks.path(0).toString()).contains("PT1M17S");
    assertThat(tasks.path(1).findValue("attemptsMax").asInt()).isEqualTo(2);
    assertThat(tasks.path(1).toString()).contains("PT5S");
  }

  @Test
  void aTaskStartsWhenItMay() {
    JsonNode tasks =
        submitted(
                "{\"tasks\":[%s,%s,%s]}"
                    .formatted(
                        task(",\"delaySeconds\":3600"),
                        task(",\"after\":[0,0]"),
                        task(",\"last\":true")))
            .path("tasks");

    assertThat(Instant.parse(tasks.path(0).findValue("notBefore").asText()))
        .isAfter(Instant.now().plus(50, ChronoUnit.MINUTES));
    assertThat(tasks.path(1).findValue("after")).hasSize(1);
    assertThat(tasks.path(2).findValue("last").asBoolean()).isTrue();
  }

  @Test
  void aNodeThatAsksByCostGetsNoMore() {
    broker.post(
        "/api/v1/nodes",
        """
        {"node":"weigher","name":"n","detail":{},"resources":{"cpu":4},"submitters":["eve"],
         "capabilities":[{"kind":"weigh","device":"cpu","rate":1,"loaded":true}]}""");
    String heavy = "{\"kind\":\"weigh\",\"payload\":{},\"cost\":40}";
    broker.post("/api/v1/jobs", "{\"tasks\":[%s]}".formatted(heavy)); // anyone's
    broker.post(
        "/api/v1/jobs",
        "{\"submitter\":\"eve\",\"tasks\":[%s,%s,%s]}".formatted(heavy, heavy, heavy));

    HttpResponse<String> work =
        broker.post(
            "/api/v1/nodes/weigher/work",
            "{\"results\":[],\"want\":10,\"waitSeconds\":0,\"maxCost\":100}");

    assertThat(json(work).path("leases")).as(work.body()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"priority\":10 | Expected priority of 0 to 9, but it is '10'",
        "\"submitter\":\" \" | Expected a submitter of 1 to 200 characters",
        "\"onFailure\":\"stop\" | Expected onFailure to be \"continue\", \"fail-fast\" or {\"toleratePercent\": 0 to 100}, but it is \"stop\"; nothing was submitted",
        "\"onFailure\":{\"toleratePercent\":101} | Expected onFailure.toleratePercent of 0 to 100, but it is '101'",
        "\"onFailure\":{\"toleratePercent\":2.5} | but it is {\"toleratePercent\":2.5}",
        "\"deadlineSeconds\":-1 | Expected deadlineSeconds of 0 to 31,536,000, but it is '-1.0'",
        "\"deadlineSeconds\":\"NaN\" | Expected deadlineSeconds of 0 to 31,536,000, but it is 'NaN'",
      })
  void anOrderOutOfItsRangeIsNamed(String field, String words) {
    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{%s,\"tasks\":[%s]}".formatted(field, task("")));

    assertProblem(answer, 400, "bad-request", words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"cost\":0 | Expected a cost of 1 to 1,000,000,000,000, but it is 0; nothing was changed",
        "\"limitKey\":\"\" | Expected a limit key of 1 to 200 characters",
        "\"node\":\" \" | Expected a node id of 1 to 64 characters, but it has 0 that are not blank; nothing was changed",
        "\"node\":\"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\" | Expected a node id of 1 to 64 characters, but it has 65",
        "\"node\":\"the attic\" | Expected a node id of 1 to 64 letters, digits, dots, underscores or hyphens, but it is 'the attic'; nothing was changed",
        "\"delaySeconds\":31536001 | Expected delaySeconds of 0 to 31,536,000, but it is '3.1536001E7'",
        "\"deadlineSeconds\":-0.1 | Expected deadlineSeconds of 0 to 31,536,000, but it is '-0.1'",
        "\"resources\":{\"cpu\":-1} | Expected resources.cpu of 0 to 65,536, but it is '-1'",
        "\"resources\":{\"gpu\":1} | Expected known fields, but found 'tasks[1].resources.gpu'",
        "\"retry\":{\"maxAttempts\":21} | Expected retry.maxAttempts of 1 to 20, but it is '21'",
        "\"retry\":{\"maxAttempts\":2},\"maxAttempts\":2 | Expected either 'maxAttempts' or 'retry.maxAttempts', but found both",
        "\"retry\":{\"firstDelaySeconds\":9,\"delayMaxSeconds\":1} | Expected 0 <= firstDelay <= delayMax, but they are PT9S and PT1S",
        "\"retry\":{\"firstDelaySeconds\":86401} | Expected retry.firstDelaySeconds of 0 to 86,400",
        "\"retry\":{\"delayMaxSeconds\":604801} | Expected retry.delayMaxSeconds of 0 to 604,800",
        "\"after\":[null] | Expected a value for the field 'tasks[1].after[0]'",
      })
  void aTaskOutOfItsRangeIsNamedWithItsNumber(String field, String words) {
    HttpResponse<String> answer =
        broker.post("/api/v1/jobs", "{\"tasks\":[%s,%s]}".formatted(task(""), task("," + field)));

    assertProblem(answer, 400, "bad-request", words);
    assertThat(answer.body()).contains("tasks[1]");
  }

  @Test
  void aTaskThatComesAfterALaterOneIsRefused() {
    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs", "{\"tasks\":[%s,%s]}".formatted(task(",\"after\":[1]"), task("")));

    assertProblem(
        answer,
        422,
        "unprocessable",
        "Expected task 0 to come after tasks that stand before it, but it names task 1");
  }

  @Test
  void tasksThatWouldWaitForEachOtherForEverAreRefused() {
    HttpResponse<String> answer =
        broker.post(
            "/api/v1/jobs",
            "{\"tasks\":[%s,%s]}".formatted(task(",\"last\":true"), task(",\"after\":[0]")));

    assertProblem(answer, 422, "unprocessable", "task 1 comes after task 0 and is not");
  }

  @Test
  void aNodeOutOfItsRangeIsNamed() {
    assertProblem(
        broker.post(
            "/api/v1/nodes",
            "{\"node\":\"x\",\"name\":\"n\",\"detail\":{},\"capabilities\":[],\"submitters\":[\"\"]}"),
        400,
        "bad-request",
        "Expected a submitter of 1 to 200 characters");
    broker.registered("asker");
    assertProblem(
        broker.post(
            "/api/v1/nodes/asker/work",
            "{\"results\":[],\"want\":1,\"waitSeconds\":0,\"maxCost\":0}"),
        400,
        "bad-request",
        "Expected maxCost of 1 to 9,223,372,036,854,775,807, but it is '0'");
  }

  @Test
  void everyLimitThatACallerCanMeetIsPublished() {
    Map<String, List<String>> otherwise =
        Map.of(
            "ageingStep",
            List.of("ageingSeconds"),
            "records",
            List.of("recordsMax", "recordBytesMax", "recordsBytesMax"));
    List<String> published = new ArrayList<>();
    json(broker.get("/api/v1/limits")).fieldNames().forEachRemaining(published::add);

    List<String> known =
        Stream.of(Limits.class, HttpLimits.class)
            .flatMap(type -> Stream.of(type.getRecordComponents()))
            .map(component -> component.getName())
            .flatMap(name -> otherwise.getOrDefault(name, List.of(name)).stream())
            .toList();

    assertThat(published).containsExactlyInAnyOrderElementsOf(known);
  }

  private static String task(String more) {
    return "{\"kind\":\"dig\",\"payload\":{}%s}".formatted(more);
  }

  /// The event of the submission as the log has it.
  private static JsonNode submitted(String body) {
    HttpResponse<String> answer = broker.post("/api/v1/jobs", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    long position = json(answer).path("position").asLong();
    JsonNode page = json(broker.get("/api/v1/log?limit=1&after=" + (position - 1)));
    JsonNode events = page.at("/items/0/events");
    return StreamSupport.stream(events.spliterator(), false).findFirst().orElseThrow();
  }
}
