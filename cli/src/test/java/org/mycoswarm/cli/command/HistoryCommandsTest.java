package org.mycoswarm.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.SmallBroker;
import org.mycoswarm.schema.wire.HistoryDropped;
import org.mycoswarm.schema.wire.LogView;
import org.mycoswarm.schema.wire.WhyView;

/// What was, on the command line.
class HistoryCommandsTest {
  private static final String HISTORY =
      """
      {"items":[
        {"position":3,"at":"2026-11-23T10:00:00.5Z","cause":"c","events":[
          {"event":"job.submitted","job":"j1","tasks":[{}]}]},
        {"position":5,"at":"2026-11-23T10:00:01Z","cause":"c","events":[
          {"event":"task.leased","lease":"j1.0.1","node":"attic"}]},
        {"position":6,"at":"2026-11-23T10:00:02Z","cause":"c","events":[
          {"event":"attempt.failed","lease":"j1.0.1","reason":"rock","retryAt":"2026-11-23T10:00:03Z"}]}
      ],"next":null}""";

  @TempDir private Path folder;
  private final SmallBroker broker = new SmallBroker();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void theHistoryOfAJobIsATable() {
    broker.on("GET /api/v1/log?job=j1&limit=500", 200, HISTORY);

    Outcome history = run("job", "j1", "--events");

    assertThat(history.exit()).as(history.err()).isZero();
    assertThat(history.out().lines())
        .containsExactly(
            "TIME                  POSITION  EVENT           TASK    NODE   REASON",
            "2026-11-23T10:00:00Z  3         job.submitted   1 task",
            "2026-11-23T10:00:01Z  5         task.leased     j1.0.1  attic",
            "2026-11-23T10:00:02Z  6         attempt.failed  j1.0.1  attic  rock, again at 2026-11-23T10:00:03Z");
    assertThat(run("log", "show", "--job", "j1").out()).isEqualTo(history.out());
  }

  @Test
  void oneEntryIsShownWhole() {
    broker.on(
        "GET /api/v1/log?limit=1&after=2",
        200,
        "{\"items\":[{\"position\":3,\"events\":[{\"event\":\"job.paused\"}]}]}");
    broker.on("GET /api/v1/log?limit=1&after=8", 200, "{\"items\":[]}");

    assertThat(run("log", "show", "3").out()).contains("\"event\" : \"job.paused\"");
    Outcome none = run("log", "show", "9");
    assertThat(none.exit()).isEqualTo(4);
    assertThat(none.err()).contains("Expected an entry 9 in the log, but there is none");
    assertThat(run("log", "show").err()).contains("Expected either a POSITION or --job JOB");
  }

  @Test
  void anExportGoesToAFileOrToTheOutput() throws Exception {
    broker.on("GET /api/v1/log/export?format=jsonl", 200, "{\"position\":1}\n");
    broker.on("GET /api/v1/log/export?format=cloudevents&after=4&to=9", 200, "{\"id\":\"5/0\"}\n");
    Path file = folder.resolve("log.jsonl");

    assertThat(run("log", "export", "-o", file.toString()).exit()).isZero();

    assertThat(Files.readString(file)).isEqualTo("{\"position\":1}\n");
    assertThat(run("log", "export", "--from", "5", "--to", "9", "--format", "cloudevents").out())
        .isEqualTo("{\"id\":\"5/0\"}\n");
  }

  @Test
  void thePastIsAskedForByPositionOrTime() {
    broker.on("GET /api/v1/jobs?state=running&asOf=7&limit=500", 200, "{\"items\":[]}");
    broker.on(
        "GET /api/v1/jobs?asOf=2026-11-23T10%3A00%3A00%2B01%3A00&limit=500", 200, "{\"items\":[]}");

    assertThat(run("jobs", "--state", "running", "--as-of", "7").exit()).isZero();
    assertThat(run("jobs", "--as-of", "2026-11-23T10:00:00+01:00").exit()).isZero();
  }

  @Test
  void whyATaskWaitedThenIsSaidInThePast() {
    broker.on(
        "GET /api/v1/tasks/j.0/why?asOf=7",
        200,
        new WhyView("j.0", "ready", List.of("No node is registered"), Instant.EPOCH));

    assertThat(run("why", "j.0", "--as-of", "7").out().lines())
        .containsExactly("Task j.0 was ready.", "  No node is registered.");
  }

  @Test
  void theBrokerIsAskedToWriteASnapshot() {
    broker.on("POST /api/v1/log/snapshot", 200, new LogView(1, 1_200, 1_200L, Instant.EPOCH));

    assertThat(run("log", "snapshot").out())
        .isEqualTo(
            "The newest snapshot is of position 1200; the log holds entries 1 to 1200.%n"
                .formatted());
    assertThat(run("log", "snapshot", "--json").out()).contains("\"snapshot\" : 1200");
  }

  @Test
  void whatWasDroppedIsSaidAndWhatHoldsTheRest() {
    broker.on("POST /api/v1/log/compact", 200, new HistoryDropped(1, 1_201, "the snapshots", null));

    assertThat(run("log", "compact").out())
        .isEqualTo(
            "Dropped 1,200 entries: the log begins with entry 1201. The next ones are kept for the snapshots, or share a file with what is.%n"
                .formatted());
    assertThat(run("log", "compact", "--json").out()).contains("\"first\" : 1201");
  }

  @Test
  void whenNothingWasDroppedTheReasonIsSaid() {
    broker.on("POST /api/v1/log/compact", 200, new HistoryDropped(7, 7, "the snapshots", null));

    assertThat(run("log", "compact").out())
        .startsWith(
            "Nothing was dropped: the log begins with entry 7. The next ones are kept for the snapshots");
  }

  @Test
  void thatNoSnapshotCouldBeTakenIsSaid() {
    broker.on(
        "POST /api/v1/log/compact", 200, new HistoryDropped(1, 3, "the snapshots", "disk full"));

    assertThat(run("log", "compact").out())
        .startsWith("Dropped 2 entries: the log begins with entry 3.")
        .endsWith("%nNo new snapshot was taken first: disk full%n".formatted());
  }

  private Outcome run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--broker=" + broker.url();
    return new CommandLineUnderTest(folder).run(all);
  }
}
