package org.mycoswarm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.cli.client.Wire;

/// Searches on the command line.
class SearchCommandTest {
  private final SmallBroker broker = new SmallBroker();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void daysAreThoseOfThePersonWhoAsksAndTheLastOneBelongsToThem() {
    JsonNode asked = asked("--since=2026-11-01", "--until=2026-11-30");

    assertThat(asked.path("modifiedFrom").asText()).isEqualTo(start("2026-11-01"));
    assertThat(asked.path("modifiedTo").asText()).isEqualTo(start("2026-12-01"));
  }

  @Test
  void withoutDaysFilesOfAnyAgeAreFound() {
    JsonNode asked = asked("--limit=3");

    assertThat(asked.hasNonNull("modifiedFrom")).isFalse();
    assertThat(asked.hasNonNull("modifiedTo")).isFalse();
  }

  @Test
  void whatIsNoDayIsRefusedBeforeAnythingIsAsked() {
    Outcome outcome = run("--since=yesterday");

    assertThat(outcome.exit()).isEqualTo(2);
    assertThat(outcome.err()).contains("--since").contains("yesterday");
    assertThat(broker.requests()).isEmpty();
  }

  private JsonNode asked(String... options) {
    broker.on(
        "POST /api/v1/collections/notes/search",
        200,
        "{\"collection\":\"notes\",\"generation\":1,\"mode\":\"hybrid\",\"millis\":1,\"hits\":[]}");
    Outcome outcome = run(options);
    assertThat(outcome.exit()).as(outcome.err()).isZero();
    return Wire.tree(broker.requests().getLast().body());
  }

  private Outcome run(String... options) {
    List<String> all = new ArrayList<>(List.of("search", "notes", "invoice"));
    all.addAll(List.of(options));
    all.add("--broker=" + broker.url());
    return new CommandLineUnderTest(Path.of("nowhere")).run(all.toArray(String[]::new));
  }

  private static String start(String day) {
    return LocalDate.parse(day).atStartOfDay(ZoneId.systemDefault()).toInstant().toString();
  }
}
