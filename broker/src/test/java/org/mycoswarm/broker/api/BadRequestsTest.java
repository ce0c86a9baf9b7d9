package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mycoswarm.broker.api.BrokerUnderTest.json;
import static org.mycoswarm.broker.api.SubmitTest.assertProblem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadRequestsTest {
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/jobs/nobody", "/api/v1/jobs/NOBODY", "/api/v1/jobs/nobody/tasks",
        "/api/v1/jobs/nobody/events", "/api/v1/tasks/nobody.0", "/api/v1/tasks/nobody"
      })
  void whatIsNotThereIsNotFound(String path) {
    assertProblem(broker.get(path), 404, "not-found", "Expected a");
  }

  @Test
  void anAddressThatIsNoneIsNotFound() {
    assertProblem(broker.get("/api/v2/jobs"), 404, "not-found", "there is none at '/api/v2/jobs'");
  }

  @Test
  void aMethodThatIsNotTakenIsAnsweredWithThoseThatAre() {
    HttpResponse<String> answer = broker.send("DELETE", "/api/v1/jobs/x", null);

    assertProblem(answer, 405, "method-not-allowed", "but it is DELETE");
    assertThat(answer.headers().firstValue("Allow").orElse("")).contains("GET");
  }

  @Test
  void aBodyOfAnotherTypeIsRefused() {
    assertProblem(
        broker.post("/api/v1/jobs", "<a/>", "Content-Type", "text/xml"),
        415,
        "unsupported-media-type",
        "but it is 'text/xml'");
  }

  @Test
  void anAnswerOfAnotherTypeIsNotToBeHad() {
    assertProblem(
        broker.get("/api/v1/jobs", "Accept", "text/html"), 406, "not-acceptable", "'text/html'");
  }

  @Test
  void aBodyThatAnnouncesTooMuchIsRefused() {
    assertProblem(
        broker.post("/api/v1/jobs", "x".repeat((64 << 10) + 1)),
        413,
        "too-large",
        "a JSON body of at most 65,536 bytes");
  }

  @Test
  void aBodyThatAnnouncesNothingIsBoundedToo() {
    HttpRequest request =
        HttpRequest.newBuilder(broker.uri("/api/v1/jobs"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(" ".repeat(70_000).getBytes(UTF_8))))
            .build();

    assertProblem(broker.send(request), 413, "too-large", "but it has more");
  }

  @Test
  void anEmptyBodyIsRefused() {
    assertProblem(broker.post("/api/v1/jobs", ""), 400, "bad-request", "but the body is empty");
  }

  @ParameterizedTest
  @CsvSource({
    "/api/v1/jobs?limit=0, 'Expected limit of 1 to 500, but it is ''0'''",
    "/api/v1/jobs?limit=501, 'Expected limit of 1 to 500, but it is ''501'''",
    "/api/v1/jobs?limit=many, 'Expected limit of 1 to 500, but it is ''many'''",
    "/api/v1/jobs?cursor=x, 'Expected a cursor'",
    "/api/v1/jobs?state=runing, 'Did you mean ''running''?'",
    "/api/v1/log?after=-1, 'Expected after to be a position in the log'",
    "/api/v1/events?after=99, 'but it ends at 0 and you are at 99'",
    "/api/v1/identity, 'Expected a nonce of 16 to 64 bytes'",
    "/api/v1/identity?nonce=abcd, 'Expected a nonce of 16 to 64 bytes'",
  })
  void aParameterOutOfItsRangeIsNamed(String path, String words) {
    assertProblem(broker.get(path), 400, "bad-request", words);
  }

  @Test
  void aDeeplyNestedBodyIsRefusedWithoutHarm() {
    String deep = "{\"tasks\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";

    HttpResponse<String> answer = broker.post("/api/v1/jobs", deep);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).doesNotContain("com.fasterxml");
  }

  @Test
  void aDiskThatFailsIsSaidWithoutWhatIsInsideTheBroker() {
    try (BrokerUnderTest stopped = BrokerUnderTest.onLoopback(folder.resolve("stopped"))) {
      stopped.queue.breakDisk();

      HttpResponse<String> answer =
          stopped.post("/api/v1/jobs", "{\"tasks\":[{\"kind\":\"dig\",\"payload\":{}}]}");

      assertProblem(answer, 503, "unavailable", "Expected the writer to run");
      assertThat(answer.body()).doesNotContain("LogFailure");
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NONSENSE\r\n\r\n",
        "GET /api/v1 HTTP/1.1\r\n\r\n",
        "GET /api/v1/%2e%2e/x HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/v1/a%2Fb HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET /api/v1/%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "POST /api/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "GET /api/v1 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
      })
  void whatIsNotHttpIsAnsweredWithAProblem(String request) throws IOException {
    String answer = raw(request);

    assertThat(answer).matches("(?s)HTTP/1.1 4\\d\\d .*");
    assertThat(answer).contains("Content-Type: application/problem+json", "\"detail\":\"Expected");
    assertThat(answer).doesNotContain("org.eclipse", "Server:", "\tat ");
  }

  @Test
  void headersThatAreTooLargeAreSaidToBe() throws IOException {
    String answer =
        raw("GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "y".repeat(20_000) + "\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 431").contains("at most 16 KiB");
  }

  @Test
  void theInterfaceDescribesItself() {
    HttpResponse<String> answer = broker.get("/api/v1/openapi.json");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(json(answer).path("openapi").asText()).isEqualTo("3.1.0");
  }

  @Test
  void noAnswerNamesTheServer() {
    assertThat(broker.get("/api/v1").headers().firstValue("Server")).isEmpty();
    assertThat(json(broker.get("/api/v1")).path("console").asText())
        .isEqualTo(broker.uri("/console/").toString());
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
      socket.setSoTimeout(20_000);
      String closing = request.replace("\r\n\r\n", "\r\nConnection: close\r\n\r\n");
      socket.getOutputStream().write(closing.getBytes(UTF_8));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
