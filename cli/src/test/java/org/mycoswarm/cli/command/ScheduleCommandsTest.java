package org.mycoswarm.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.cli.CommandLineUnderTest;
import org.mycoswarm.cli.CommandLineUnderTest.Outcome;
import org.mycoswarm.cli.SmallBroker;

/// What runs by the clock, on the command line. Times are shown as the schedule's zone has them.
class ScheduleCommandsTest {
  private static final String NIGHTLY =
      """
      {"name":"nightly","when":"02:30","cron":"30 2 * * *","zone":"Europe/Berlin",
       "action":{"index":{"collection":"notes","folder":"/home/ann/notes"}},"missed":"once",
       "enabled":true,"watch":true,"quietSeconds":30,"next":"2026-11-24T01:30:00Z",
       "last":{"run":"nightly-20261123T013000Z","due":"2026-11-23T01:30:00Z","why":"due","state":"ended",
         "startedAt":"2026-11-23T01:30:01Z","endedAt":"2026-11-23T01:41:00Z","outcome":"succeeded"}}""";

  @TempDir private Path folder;
  private final SmallBroker broker = new SmallBroker();

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void aScheduleIsAddedWithTheWholePathOfItsFolder() {
    broker.on("PUT /api/v1/schedules/nightly", 200, NIGHTLY);

    Outcome added =
        run(
            "schedule",
            "add",
            "nightly",
            "02:30",
            "index",
            "notes",
            "--into",
            "notes",
            "--zone",
            "Europe/Berlin",
            "--watch");

    assertThat(added.exit()).as(added.err()).isZero();
    assertThat(added.out())
        .isEqualTo(
            "Schedule nightly runs next at 2026-11-24 02:30 (Europe/Berlin), and when the folder"
                + " was quiet for 30 s after a change.\n");
    assertThat(new String(broker.requests().getFirst().body(), UTF_8))
        .isEqualTo(
            "{\"when\":\"02:30\",\"zone\":\"Europe/Berlin\",\"action\":{\"index\":{\"collection\":\"notes\",\"folder\":\"%s\"}},\"watch\":true}"
                .formatted(Path.of("notes").toAbsolutePath()));
  }

  @Test
  void onlyIndexingCanBeAddedHere() {
    Outcome added = run("schedule", "add", "n", "02:30", "dig", "notes", "--into", "notes");

    assertThat(added.exit()).isEqualTo(2);
    assertThat(added.err()).startsWith("Expected 'index' after the time, but it is 'dig'");
  }

  @Test
  void schedulesAreATable() {
    broker.on("GET /api/v1/schedules", 200, "{\"items\":[%s]}".formatted(NIGHTLY));

    assertThat(run("schedule", "ls").out().lines())
        .containsExactly(
            "NAME     WHEN              ZONE           DOES                              NEXT              LAST",
            "nightly  02:30, on change  Europe/Berlin  index /home/ann/notes into notes  2026-11-24 02:30  succeeded, 2026-11-23 02:41");
  }

  @Test
  void oneIsShownWithItsRunsAndWhatComes() {
    broker.on("GET /api/v1/schedules/nightly", 200, NIGHTLY);
    broker.on(
        "GET /api/v1/schedules/nightly/runs",
        200,
        """
        {"runs":[{"run":"nightly-20261123T013000Z","due":"2026-11-23T01:30:00Z","why":"missed",
          "state":"ended","startedAt":"2026-11-23T07:00:01Z","endedAt":"2026-11-23T07:11:00Z",
          "outcome":"failed","detail":"the folder is gone"}],
         "next":["2026-11-24T01:30:00Z","2026-11-25T01:30:00Z"]}""");

    assertThat(run("schedule", "show", "nightly").out().lines())
        .containsExactly(
            "nightly: index /home/ann/notes into notes",
            "when:  02:30 (30 2 * * *), Europe/Berlin",
            "also:  when the folder was quiet for 30 s",
            "missed times: once",
            "next:  2026-11-24 02:30, 2026-11-25 02:30",
            "DUE               WHY     STARTED           ENDED             OUTCOME                     RUN",
            "2026-11-23 02:30  missed  2026-11-23 08:00  2026-11-23 08:11  failed: the folder is gone  nightly-20261123T013000Z");
  }

  @Test
  void itIsRunPausedResumedAndRemoved() {
    broker.on(
        "POST /api/v1/schedules/nightly/run",
        202,
        "{\"run\":\"nightly-1\",\"due\":\"2026-11-23T12:00:00Z\",\"why\":\"asked\",\"state\":\"waiting\"}");
    broker.on("POST /api/v1/schedules/nightly/pause", 200, NIGHTLY);
    broker.on("POST /api/v1/schedules/nightly/resume", 200, NIGHTLY);
    broker.on("DELETE /api/v1/schedules/nightly", 200, NIGHTLY);

    assertThat(run("schedule", "run", "nightly").out())
        .isEqualTo("Run nightly-1 begins as soon as no other run of it goes on.\n");
    assertThat(run("schedule", "pause", "nightly").out())
        .isEqualTo("Schedule nightly is paused.\n");
    assertThat(run("schedule", "resume", "nightly").out())
        .isEqualTo("Schedule nightly runs next at 2026-11-24 02:30 (Europe/Berlin).\n");
    assertThat(run("schedule", "rm", "nightly").out()).isEqualTo("The schedule is removed.\n");
  }

  @Test
  void whatCanBeDoneIsSaid() {
    assertThat(run("schedule").err())
        .startsWith("Expected `schedule add`, `ls`, `show`, `rm`, `run`, `pause` or `resume`.");
    assertThat(run("schedule", "add", "--help").out()).contains("Usage: mycoswarm schedule add");
  }

  private Outcome run(String... arguments) {
    String[] all = Arrays.copyOf(arguments, arguments.length + 1);
    all[arguments.length] = "--broker=" + broker.url();
    return new CommandLineUnderTest(folder).run(all);
  }
}
