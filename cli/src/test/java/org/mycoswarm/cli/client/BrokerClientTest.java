package org.mycoswarm.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.schema.wire.BrokerIdentity;

class BrokerClientTest {
  @TempDir Path home;
  private final SmallBroker broker = new SmallBroker();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void findsTheBrokerByTheRunFileOfItsHome() throws IOException {
    runFile(broker.port());
    broker.on("GET /api/v1", 200, "{\"broker\":\"b1\"}");

    try (BrokerClient client = new BrokerClient(new BrokerLocator(home, null, Map.of()))) {
      assertThat(client.get("/api/v1").path("broker").asText()).isEqualTo("b1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void theAddressInTheRunFileMayEndInASlash(String end) throws IOException {
    Files.createDirectories(home.resolve("run"));
    Files.writeString(RunFile.in(home), "{\"url\":\"%s%s\"}".formatted(broker.url(), end));
    broker.on("GET /api/v1", 200, "{}");

    try (BrokerClient client = new BrokerClient(new BrokerLocator(home, null, Map.of()))) {
      assertThat(client.address()).hasToString(broker.url().toString());
      assertThat(client.get("/api/v1").isObject()).isTrue();
    }
  }

  @Test
  void aLargeUploadHasTheTimeThatASlowLineTakes() {
    long bytes = 256L << 20;
    long seconds = bytes * 8 / 10_000_000;

    assertThat(BrokerClient.uploadMax(bytes)).isGreaterThan(Duration.ofSeconds(4 * seconds));
    assertThat(BrokerClient.uploadMax(0)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void saysHowToStartABrokerWhenNoneHasRun() {
    try (BrokerClient client = new BrokerClient(new BrokerLocator(home, null, Map.of()))) {
      assertThatThrownBy(() -> client.get("/api/v1"))
          .isInstanceOf(BrokerUnreachable.class)
          .hasMessage(
              "Expected a running broker to have left its address in '%s', but there is none. Start one with ./mycoswarm up, or name one with --broker URL."
                  .formatted(home.resolve("run/broker.json")));
    }
  }

  @Test
  void saysThatNothingAnswersWhereABrokerWas() {
    broker.close();

    try (BrokerClient client = client(Map.of())) {
      assertThatThrownBy(() -> client.get("/api/v1"))
          .isInstanceOf(BrokerUnreachable.class)
          .hasMessageStartingWith("Expected a broker at " + broker.url() + ", but nothing answers")
          .hasMessageEndingWith(
              "Start one with ./mycoswarm up, or name another with --broker URL.");
    }
  }

  @Test
  void saysThatAnotherServerIsNoBroker() {
    broker.on("GET /api/v1", exchange -> SmallBroker.json(exchange, 404, "text/html", "<html>"));

    try (BrokerClient client = client(Map.of())) {
      assertThatThrownBy(() -> client.get("/api/v1"))
          .isInstanceOf(BrokerUnreachable.class)
          .hasMessageContaining("but what answers there (status 404) is none");
    }
  }

  @Test
  void passesOnWhatTheBrokerSaysWhenItRefuses() {
    broker.refuse("GET /api/v1/jobs/x", 404, "not-found", "Expected a job 'x', but there is none.");
    broker.refuse("GET /api/v1/jobs/y/results", 409, "job-running", "It still runs.");

    try (BrokerClient client = client(Map.of())) {
      BrokerRefused missing =
          catchThrowableOfType(BrokerRefused.class, () -> client.get("/api/v1/jobs/x"));
      assertThat(missing.words()).isEqualTo("Expected a job 'x', but there is none.");
      assertThat(missing.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
      BrokerRefused running =
          catchThrowableOfType(BrokerRefused.class, () -> client.get("/api/v1/jobs/y/results"));
      assertThat(running.exitCode()).isEqualTo(ExitCode.REFUSED);
      assertThat(running.word()).isEqualTo("job-running");
    }
  }

  @Test
  void aPatientClientOutlivesARestartOnAnotherPort() throws IOException {
    runFile(broker.port());
    broker.close();
    try (BrokerClient client = new BrokerClient(new BrokerLocator(home, null, Map.of()));
        SmallBroker restarted = new SmallBroker()) {
      restarted.on("GET /api/v1", 200, "{\"broker\":\"b1\"}");
      Thread restart = Thread.startVirtualThread(() -> runFile(restarted.port()));

      assertThat(client.patient(Duration.ofSeconds(20)).get("/api/v1").path("broker").asText())
          .isEqualTo("b1");
      assertThat(restart).isNotNull();
    }
  }

  @Test
  void aPatientClientWaitsWhileTheBrokerIsOverloaded() {
    AtomicInteger calls = new AtomicInteger();
    broker.on(
        "GET /api/v1",
        exchange -> {
          if (calls.incrementAndGet() < 3) {
            busy(exchange);
          } else {
            SmallBroker.json(exchange, 200, "application/json", "{}");
          }
        });

    try (BrokerClient client = client(Map.of())) {
      assertThat(client.patient(Duration.ofSeconds(20)).get("/api/v1").isObject()).isTrue();
    }
    assertThat(calls).hasValue(3);
  }

  @Test
  void aCallThatIsLostAfterMoreThanItsPatienceIsTriedAgainAllTheSame() {
    Duration patience = Duration.ofSeconds(1);
    AtomicInteger calls = new AtomicInteger();
    broker.on(
        "POST /api/v1",
        exchange -> {
          if (calls.incrementAndGet() == 1) {
            spend(patience.plusMillis(200));
            exchange.close(); // no answer: the connection is lost
          } else {
            SmallBroker.json(exchange, 200, "application/json", "{}");
          }
        });

    try (BrokerClient client = client(Map.of())) {
      assertThat(client.patient(patience).post("/api/v1").isObject()).isTrue();
    }
    assertThat(calls).hasValue(2);
  }

  @Test
  void comesAgainWhenTheBrokerSaysThatItHasTooMuchToDo() {
    AtomicInteger calls = new AtomicInteger();
    broker.on(
        "GET /api/v1",
        exchange -> {
          if (calls.incrementAndGet() == 1) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            tooMuch(exchange, "overloaded");
          } else {
            SmallBroker.json(exchange, 200, "application/json", "{}");
          }
        });

    long start = System.nanoTime();
    try (BrokerClient client = client(Map.of())) {
      assertThat(client.patient(Duration.ofSeconds(20)).get("/api/v1").isObject()).isTrue();
    }

    assertThat(calls).hasValue(2);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("no earlier than it was asked to")
        .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aFullQueueIsToldAtOnce() {
    broker.on("GET /api/v1", exchange -> tooMuch(exchange, "queue-full"));

    try (BrokerClient client = client(Map.of())) {
      assertThatThrownBy(() -> client.patient(Duration.ofSeconds(20)).get("/api/v1"))
          .isInstanceOf(BrokerRefused.class)
          .hasMessage("too much");
    }
    assertThat(broker.requests()).hasSize(1);
  }

  @Test
  void showsTheTokenOnlyToABrokerThatProvesThatItKnowsIt() {
    // HMAC-SHA-256 by another implementation is checked in IdentityProofTest.
    broker.on("GET /api/v1/identity", 200, new BrokerIdentity("b1", "00".repeat(32)));

    try (BrokerClient client = client(Map.of("MYCOSWARM_JOIN", "myco1.b1.secret"))) {
      CommandFailed refused =
          catchThrowableOfType(CommandFailed.class, () -> client.get("/api/v1"));
      assertThat(refused.words())
          .isEqualTo(
              "Expected the broker at %s to prove that it knows our token, but it did not; the token was not sent. Take the join text of that broker, or name another with --broker URL."
                  .formatted(broker.url()));
    }
    assertThat(broker.requests())
        .allSatisfy(request -> assertThat(request.header("Authorization")).isEmpty());
  }

  @Test
  void showsNoTokenToABrokerThatHasNone() {
    broker.on("GET /api/v1/identity", 200, new BrokerIdentity("b1", ""));
    broker.on("GET /api/v1", 200, "{}");

    try (BrokerClient client = client(Map.of("MYCOSWARM_JOIN", "myco1.b1.secret"))) {
      client.get("/api/v1");
    }

    assertThat(broker.requests().getLast().header("Authorization")).isEmpty();
  }

  @Test
  void showsTheTokenAfterTheProof() throws IOException {
    Files.writeString(home.resolve("token"), "secret\n");
    broker.on(
        "GET /api/v1/identity",
        exchange -> {
          String nonce = exchange.getRequestURI().getQuery().substring("nonce=".length());
          String proof = IdentityProof.of("b1", "secret", nonce);
          SmallBroker.json(exchange, 200, "application/json", new BrokerIdentity("b1", proof));
        });
    broker.on("GET /api/v1", 200, "{}");

    try (BrokerClient client = new BrokerClient(new BrokerLocator(home, broker.url(), Map.of()))) {
      client.get("/api/v1");
      client.get("/api/v1");
    }

    assertThat(broker.requests().getLast().header("Authorization")).contains("Bearer secret");
    assertThat(broker.requests())
        .as("the proof is asked for once")
        .filteredOn(request -> request.line().contains("identity"))
        .hasSize(1);
  }

  @Test
  void neverRepeatsAJoinTextThatItCannotRead() {
    try (BrokerClient client = client(Map.of("MYCOSWARM_JOIN", "secret-without-form"))) {
      assertThatThrownBy(() -> client.get("/api/v1"))
          .hasMessage(
              "Expected a join text myco1.BROKER-ID.TOKEN in MYCOSWARM_JOIN or in the home's file 'join', but it has another form. Copy the whole line that `up --lan` printed.");
    }
  }

  @Test
  void readsAListingPageAfterPage() {
    broker.on("GET /api/v1/jobs?limit=500", 200, "{\"items\":[1,2],\"next\":\"a b\"}");
    broker.on("GET /api/v1/jobs?limit=500&cursor=a%20b", 200, "{\"items\":[3]}");

    try (BrokerClient client = client(Map.of())) {
      assertThat(client.list("/api/v1/jobs", 1000)).hasToString("[1, 2, 3]");
    }
  }

  private BrokerClient client(Map<String, String> environment) {
    return new BrokerClient(new BrokerLocator(home, broker.url(), environment));
  }

  /// Nothing else tells how long a call took.
  private static void spend(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static void tooMuch(HttpExchange exchange, String word) throws IOException {
    SmallBroker.json(
        exchange,
        429,
        "application/problem+json",
        "{\"type\":\"urn:mycoswarm:problem:%s\",\"title\":\"\",\"status\":429,\"detail\":\"too much\"}"
            .formatted(word));
  }

  private static void busy(HttpExchange exchange) throws IOException {
    SmallBroker.json(
        exchange,
        503,
        "application/problem+json",
        "{\"type\":\"urn:mycoswarm:problem:overloaded\",\"title\":\"\",\"status\":503,\"detail\":\"busy\"}");
  }

  private @Nullable Path runFile(int port) {
    try {
      Files.createDirectories(home.resolve("run"));
      return Files.writeString(
          RunFile.in(home),
          "{\"url\":\"http://127.0.0.1:%d\",\"broker\":\"b1\",\"pid\":1}".formatted(port));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
