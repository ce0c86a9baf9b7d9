package org.mycoswarm.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.cli.Samples;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.schema.wire.JobView;

class JobFollowerTest {
  private final SmallBroker broker = new SmallBroker();
  private final BrokerClient client =
      new BrokerClient(new BrokerLocator(Path.of("."), broker.url(), Map.of()));
  private final Heard heard = new Heard();

  @AfterEach
  void stop() {
    client.close();
    broker.close();
  }

  @Test
  void hearsEachEntryOnceAndReturnsTheJobAsItEnded() {
    broker.on("GET /api/v1/jobs/j", 200, Samples.job("j", "succeeded"));
    broker.on("GET /api/v1/jobs/j/events", exchange -> stream(exchange, entry(3), entry(4), END));

    JobView ended = follow(Duration.ofSeconds(20));

    assertThat(ended.state()).isEqualTo("succeeded");
    assertThat(heard.positions).containsExactly(3L, 4L);
    assertThat(heard.notices).isEmpty();
  }

  @Test
  void goesOnBehindTheLastEntryAfterALostConnection() {
    broker.on("GET /api/v1/jobs/j", 200, Samples.job("j", "succeeded"));
    AtomicInteger connections = new AtomicInteger();
    broker.on(
        "GET /api/v1/jobs/j/events",
        exchange -> {
          switch (connections.incrementAndGet()) {
            case 1 -> stream(exchange, entry(3), entry(4));
            case 2 -> exchange.close();
            default -> stream(exchange, entry(5), END);
          }
        });

    follow(Duration.ofSeconds(20));

    assertThat(heard.positions).containsExactly(3L, 4L, 5L);
    assertThat(broker.requests().stream().flatMap(r -> r.header("Last-event-id").stream()))
        .containsExactly("4", "4");
    assertThat(heard.notices)
        .containsExactly(
            "The connection to the broker is lost (the stream ended before the job); trying again.",
            "The broker answers again.");
  }

  @Test
  void patienceBeginsAnewWithEachLossOfTheConnection() {
    // Eight losses with 0.1 s each are more than patience has.
    AtomicInteger looks = new AtomicInteger();
    broker.on(
        "GET /api/v1/jobs/j",
        exchange -> {
          if (looks.incrementAndGet() <= 8) {
            SmallBroker.json(exchange, 502, "text/html", "<html>");
          } else {
            SmallBroker.json(exchange, 200, "application/json", Samples.job("j", "succeeded"));
          }
        });
    broker.on(
        "GET /api/v1/jobs/j/events",
        exchange -> stream(exchange, looks.get() < 8 ? entry(3) : END));

    assertThat(follow(Duration.ofMillis(700)).state()).isEqualTo("succeeded");

    assertThat(heard.notices).filteredOn(said -> said.contains("is lost")).hasSize(8);
  }

  @Test
  void aBrokerThatIsNotReadyIsWaitedFor() {
    broker.on("GET /api/v1/jobs/j", 200, Samples.job("j", "succeeded"));
    AtomicInteger connections = new AtomicInteger();
    broker.on(
        "GET /api/v1/jobs/j/events",
        exchange -> {
          if (connections.incrementAndGet() <= 2) {
            SmallBroker.json(exchange, 503, "application/problem+json", STARTING);
          } else {
            stream(exchange, entry(3), END);
          }
        });

    follow(Duration.ofSeconds(20));

    assertThat(heard.positions).containsExactly(3L);
    assertThat(heard.notices)
        .containsExactly(
            "The connection to the broker is lost (It starts.); trying again.",
            "The broker answers again.");
  }

  @Test
  void waitsUntilTheTablesKnowWhatTheLogKnows() {
    AtomicInteger looks = new AtomicInteger();
    broker.on(
        "GET /api/v1/jobs/j",
        exchange ->
            SmallBroker.json(
                exchange,
                200,
                "application/json",
                Samples.job("j", looks.incrementAndGet() < 3 ? "running" : "succeeded")));
    broker.on("GET /api/v1/jobs/j/events", exchange -> stream(exchange, END));

    assertThat(follow(Duration.ofSeconds(20)).state()).isEqualTo("succeeded");
  }

  @Test
  void saysHowToGoOnWhenTheBrokerStaysAway() {
    broker.close();

    assertThatThrownBy(() -> follow(Duration.ofMillis(300)))
        .isInstanceOf(BrokerUnreachable.class)
        .hasMessage(
            "Expected the broker to come back within 0 s, but it did not. Job j goes on when it is back; then follow it with ./mycoswarm watch j");
  }

  @Test
  void aJobThatIsUnknownIsNotWaitedFor() {
    broker.refuse("GET /api/v1/jobs/j/events", 404, "not-found", "Expected a job 'j'.");

    assertThatThrownBy(() -> follow(Duration.ofMinutes(5)))
        .isInstanceOf(BrokerRefused.class)
        .hasMessage("Expected a job 'j'.");
  }

  private static final String STARTING =
      "{\"type\":\"urn:mycoswarm:problem:not-ready\",\"title\":\"\",\"status\":503,\"detail\":\"It starts.\"}";
  private static final String END = "event: end\ndata: {}\n\n";

  private JobView follow(Duration patience) {
    return new JobFollower(client, "j", null, patience, heard).follow();
  }

  private static String entry(long position) {
    return "id: %d\nevent: entry\ndata: {\"position\":%d,\"events\":[]}\n\n"
        .formatted(position, position);
  }

  private static void stream(HttpExchange exchange, String... messages) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    exchange.getResponseBody().write((": hello\n\n" + String.join("", messages)).getBytes(UTF_8));
    exchange.close();
  }

  private static final class Heard implements JobFollower.Watcher {
    final List<Long> positions = new ArrayList<>();
    final List<String> notices = new ArrayList<>();

    @Override
    public void entry(JsonNode entry) {
      positions.add(entry.path("position").asLong());
    }

    @Override
    public void state(JobView job) {
      assertThat(job.job()).isEqualTo("j");
    }

    @Override
    public void notice(String sentence) {
      notices.add(sentence);
    }
  }
}
