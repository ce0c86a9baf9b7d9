package org.mycoswarm.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.broker.api.BrokerUnderTest;

/// Files of this test's own stand beside those of the console.
class ConsoleFilesTest {
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
  void aFileComesWithItsTypeAndTheRulesForBrowsers() {
    HttpResponse<String> answer = broker.get("/console/assets/probe.js");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("export");
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/javascript; charset=utf-8");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'self'");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void aFileThatDidNotChangeIsNotSentAgain() {
    String tag = broker.get("/console/assets/probe.js").headers().firstValue("ETag").orElseThrow();

    HttpResponse<String> again = broker.get("/console/assets/probe.js", "If-None-Match", tag);

    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(again.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/console"})
  void theRootLeadsToThePage(String path) {
    HttpResponse<String> answer = broker.get(path);

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(answer.headers().firstValue("Location").orElse("")).endsWith("/console/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/assets",
        "/console/assets/",
        "/console/nothing.js",
        "/console/assets/.hidden.js",
        "/console/assets//probe.js",
        "/console/../console/assets/probe.class"
      })
  void whatIsNoFileOfThePageIsNotFound(String path) {
    assertThat(GatekeeperTest.ask(broker, path, "Host: localhost"))
        .matches("(?s)HTTP/1.1 (404|400) .*")
        .contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/../../../org/mycoswarm/schema/openapi.json",
        "/console/%2e%2e/%2e%2e/%2e%2e/org/mycoswarm/schema/openapi.json",
        "/console/..%2f..%2f..%2forg/mycoswarm/schema/openapi.json",
        "/console/..\\..\\..\\org\\mycoswarm\\schema\\openapi.json"
      })
  void noPathLeadsOutOfTheFolder(String path) {
    assertThat(GatekeeperTest.ask(broker, path, "Host: localhost"))
        .matches("(?s)HTTP/1.1 (404|400) .*")
        .doesNotContain("openapi\":");
  }

  @Test
  void thePageIsOnlyRead() {
    HttpResponse<String> answer = broker.post("/console/assets/probe.js", "{}");

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
  }
}
