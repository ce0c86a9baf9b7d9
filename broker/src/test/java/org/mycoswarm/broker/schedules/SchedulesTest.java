package org.mycoswarm.broker.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.broker.records.LiveRecords;
import org.mycoswarm.schema.wire.ScheduleOrder;
import org.mycoswarm.schema.wire.ScheduleRunView;

/// Turns are taken by hand, and so is the clock.
class SchedulesTest {
  private static final Instant START = Instant.parse("2026-11-23T12:00:00Z");
  private static final String FIRST = "nightly-20261124T023000Z";
  private static final String SECOND = "nightly-20261125T023000Z";

  @TempDir private Path folder;
  private final LiveRecords live = new LiveRecords();
  private final NotedRuns action = new NotedRuns();
  private Instant now = START;
  private Schedules schedules;

  @BeforeEach
  void open() {
    schedules = schedules(TreeWatch.FOLDERS_MAX);
  }

  @AfterEach
  void close() {
    schedules.close();
    live.close();
  }

  @Test
  void aScheduleRunsAtItsTimeAndNotBefore() {
    schedules.put("nightly", order("02:30"));

    at("2026-11-24T02:29:59Z");
    assertThat(action.begun).isEmpty();
    at("2026-11-24T02:30:00Z");
    at("2026-11-24T02:30:01Z");

    assertThat(action.begun).containsExactly(FIRST);
    assertThat(runs().getFirst().state()).isEqualTo("running");
    action.end(FIRST);
    at("2026-11-24T02:50:00Z");
    assertThat(runs())
        .containsExactly(
            new ScheduleRunView(
                FIRST,
                Instant.parse("2026-11-24T02:30:00Z"),
                "due",
                "ended",
                Instant.parse("2026-11-24T02:30:00Z"),
                Instant.parse("2026-11-24T02:50:00Z"),
                "succeeded",
                null));
    assertThat(schedules.views().runs("nightly").orElseThrow().next())
        .startsWith(Instant.parse("2026-11-25T02:30:00Z"))
        .hasSize(5);
  }

  @Test
  void missedNightsAreMadeUpForOnce() {
    schedules.put("nightly", order("02:30"));

    restart();
    at("2026-11-28T08:00:00Z");
    action.end("nightly-20261128T023000Z");
    at("2026-11-28T08:00:01Z");
    at("2026-11-28T08:00:02Z");

    assertThat(action.begun).containsExactly("nightly-20261128T023000Z");
    assertThat(runs().getFirst().why()).isEqualTo("missed");
  }

  @Test
  void missedNightsAreSkippedWhenThatIsThePolicy() {
    schedules.put("nightly", order("02:30", "skip", false));

    restart();
    at("2026-11-24T02:31:01Z");
    at("2026-11-25T02:30:01Z");

    assertThat(action.begun).containsExactly(SECOND);
    assertThat(runs().get(1).outcome()).isEqualTo("skipped");
    assertThat(runs().get(1).detail()).isEqualTo("The broker was off at its time");
  }

  @Test
  void runsNeverOverlapAndWhatCameDueMeanwhileRunsOnce() {
    schedules.put("nightly", order("02:30"));
    at("2026-11-24T02:30:00Z");
    at("2026-11-25T02:30:00Z");
    at("2026-11-26T02:30:00Z");

    assertThat(action.begun).containsExactly(FIRST);
    action.end(FIRST);
    at("2026-11-26T08:00:00Z");

    assertThat(action.begun).containsExactly(FIRST, SECOND);
    action.end(SECOND);
    at("2026-11-26T09:00:00Z");
    assertThat(action.begun).hasSize(2);
  }

  @Test
  void aKillBetweenDueAndStartedNeitherLosesNorDoublesTheRun() {
    schedules.put("nightly", order("02:30"));
    action.failure = new IllegalStateException("killed before it began");
    at("2026-11-24T02:30:00Z");
    assertThat(action.begun).isEmpty();

    restart();
    action.failure = null;
    at("2026-11-24T02:40:00Z");
    assertThat(action.begun).containsExactly(FIRST);
    assertThat(runs().getFirst().state()).isEqualTo("running");

    restart();
    at("2026-11-24T02:41:00Z");
    assertThat(action.begun).containsExactly(FIRST);
    assertThat(runs()).hasSize(1);
  }

  @Test
  void aKillAfterItBeganAndBeforeThatWasNotedAsksForTheSameRunAgain() {
    schedules.put("nightly", order("02:30"));
    action.failure = new IllegalStateException("killed after it began");
    action.failsAfterwards = true;
    at("2026-11-24T02:30:00Z");

    restart();
    action.failure = null;
    at("2026-11-24T02:40:00Z");

    assertThat(action.calls).hasSizeGreaterThan(1).containsOnly(FIRST);
    assertThat(action.begun).containsExactly(FIRST);
    assertThat(runs()).hasSize(1);
  }

  @Test
  void theEndOfARunIsLearnedAfterARestart() {
    schedules.put("nightly", order("02:30"));
    at("2026-11-24T02:30:00Z");

    restart();
    action.end(FIRST);
    at("2026-11-24T03:00:00Z");

    assertThat(runs().getFirst().outcome()).isEqualTo("succeeded");
  }

  @Test
  void aClockThatJumpsDoesNotRunAnythingTwice() {
    schedules.put("nightly", order("02:30"));
    at("2026-11-24T02:30:00Z");
    action.end(FIRST);

    at("2026-11-24T02:10:00Z");
    at("2026-11-24T02:30:30Z");
    at("2026-11-23T12:00:00Z"); // more than an hour back: times count from there
    at("2026-11-24T02:30:30Z");

    assertThat(action.begun).containsExactly(FIRST);
    at("2026-11-25T02:30:00Z");
    assertThat(action.begun).containsExactly(FIRST, SECOND);
  }

  @Test
  void aClockThatWasFarAheadDoesNotSilenceTheScheduleForYears() {
    schedules.put("nightly", order("02:30"));
    at("2029-11-24T02:30:00Z");
    action.end("nightly-20291124T023000Z");

    at("2026-11-23T13:00:00Z");
    at("2026-11-24T02:30:00Z");

    assertThat(action.begun).containsExactly("nightly-20291124T023000Z", FIRST);
  }

  @Test
  void whoAsksGetsARunNowOrAfterTheOneThatGoesOn() {
    schedules.put("nightly", order("02:30"));

    String first = schedules.ask("nightly").orElseThrow().run();
    at("2026-11-23T12:00:01Z");
    String second = schedules.ask("nightly").orElseThrow().run();
    assertThat(schedules.ask("nightly").orElseThrow().run()).isEqualTo(second);
    at("2026-11-23T12:00:02Z");

    assertThat(action.begun).containsExactly(first);
    action.end(first);
    at("2026-11-23T12:00:03Z");
    assertThat(action.begun).containsExactly(first, second);
    assertThat(runs().getFirst().why()).isEqualTo("asked");
    assertThat(schedules.ask("nobody")).isEmpty();
  }

  @Test
  void aPausedScheduleRunsOnlyWhenAsked() {
    schedules.put("nightly", order("02:30"));
    schedules.enable("nightly", false);

    at("2026-11-24T02:30:00Z");
    assertThat(action.begun).isEmpty();
    assertThat(schedules.views().get("nightly").orElseThrow().next()).isNull();
    schedules.ask("nightly");
    at("2026-11-24T08:00:00Z");
    assertThat(action.begun).hasSize(1);

    schedules.enable("nightly", true);
    at("2026-11-24T08:01:00Z");
    assertThat(runs()).as("what passed while it was paused is not made up for").hasSize(1);
  }

  @Test
  void aNewTimeDoesNotBringBackTimesBefore() {
    schedules.put("nightly", order("02:30"));
    now = Instant.parse("2026-11-23T13:00:00Z");
    schedules.put("nightly", order("12:30"));

    at("2026-11-23T13:00:01Z");

    assertThat(action.begun).isEmpty();
  }

  @Test
  void whatCannotBeginEndsAsFailed() {
    schedules.put("nightly", order("02:30"));
    action.failure = new IllegalArgumentException("Expected the folder, but it is gone");

    at("2026-11-24T02:30:00Z");

    assertThat(runs().getFirst().outcome()).isEqualTo("failed");
    assertThat(runs().getFirst().detail()).isEqualTo("Expected the folder, but it is gone");
  }

  @Test
  void fiftyRunsAreKept() {
    schedules.put("nightly", order("every minute"));
    for (int i = 1; i <= 60; i++) {
      now = START.plus(Duration.ofMinutes(i));
      schedules.turn();
      action.begun.forEach(action::end);
    }
    schedules.turn();

    assertThat(action.begun).hasSize(60);
    assertThat(runs()).hasSize(50);
    assertThat(runs().getFirst().due()).isEqualTo(now);
  }

  @Test
  void aTurnInWhichNothingHappensWritesNothing() {
    schedules.put("nightly", order("02:30"));
    long before = live.entries();

    at("2026-11-23T13:00:00Z");
    at("2026-11-23T14:00:00Z");

    assertThat(live.entries()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {8_192, 0})
  void aWatchedFolderRunsAfterItWasQuiet(int foldersMax) throws IOException {
    schedules.close();
    schedules = schedules(foldersMax); // none may be watched: it is looked through
    schedules.put("nightly", new ScheduleOrder("02:30", "UTC", what("index"), "skip", true, 60));
    schedules.turn();
    Files.createDirectories(folder.resolve("deep"));
    Files.writeString(folder.resolve("deep/a.txt"), "first");

    seen();
    Files.writeString(folder.resolve("deep/b.txt"), "second");
    seen();
    assertThat(action.begun).isEmpty();
    Instant until = Instant.now().plusSeconds(20);
    while (action.begun.isEmpty() && Instant.now().isBefore(until)) {
      now = now.plusSeconds(61);
      schedules.turn();
    }

    assertThat(action.begun).hasSize(1);
    assertThat(runs().getFirst().why()).isEqualTo("change");
    action.end(action.begun.getFirst());
    now = now.plusSeconds(3_600);
    schedules.turn();
    schedules.turn();
    assertThat(action.begun).as("nothing changed since").hasSize(1);
  }

  @Test
  void whatAFolderWasBeforeItWasWatchedIsNotKnownSoItRunsOnce() {
    schedules.put("nightly", order("02:30", null, true));
    schedules.turn();
    now = now.plusSeconds(31);
    schedules.turn();

    assertThat(action.begun).hasSize(1);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> schedules.put("a b", order("02:30")))
        .hasMessage(
            "Expected a schedule's name of 1 to 100 letters, digits and '.', '_', '-', but it is 'a"
                + " b'");
    assertThatThrownBy(() -> schedules.put("n", order("02:30", "never", false)))
        .hasMessage("Expected 'missed' to be 'once' or 'skip', but it is 'never'");
    assertThatThrownBy(
            () ->
                schedules.put(
                    "n", new ScheduleOrder("02:30", "Mars", what("index"), null, null, null)))
        .hasMessage("Expected a time zone such as 'Europe/Berlin' or 'UTC', but it is 'Mars'");
    assertThatThrownBy(
            () -> schedules.put("n", new ScheduleOrder("02:30", null, what("dig"), null, null, 1)))
        .hasMessage("Expected an action of [index], but it is 'dig'");
    assertThatThrownBy(
            () ->
                schedules.put(
                    "n",
                    new ScheduleOrder(
                        "02:30", null, JsonNodeFactory.instance.arrayNode(), null, null, null)))
        .hasMessage(
            "Expected 'action' to be an object of one field, the action's name, but it is []");
    assertThatThrownBy(
            () ->
                schedules.put("n", new ScheduleOrder("02:30", null, what("index"), null, true, 0)))
        .hasMessage("Expected quietSeconds of 1 to 86,400, but it is 0");
    assertThat(schedules.views().all()).isEmpty();
  }

  @Test
  void aScheduleThatWasRemovedIsGoneWithItsRuns() {
    schedules.put("nightly", order("02:30"));
    at("2026-11-24T02:30:00Z");

    assertThat(schedules.remove("nightly")).isTrue();
    assertThat(schedules.remove("nightly")).isFalse();
    at("2026-11-25T02:30:00Z");

    assertThat(action.begun).containsExactly(FIRST);
    assertThat(schedules.views().runs("nightly")).isEmpty();
  }

  /// Turns until a change was seen; the operating system tells of it in its own time.
  private void seen() {
    now = now.plusSeconds(30);
    Instant until = Instant.now().plusMillis(300);
    while (Instant.now().isBefore(until)) {
      schedules.turn();
      Thread.onSpinWait();
    }
  }

  private void at(String time) {
    now = Instant.parse(time);
    schedules.turn();
  }

  private void restart() {
    schedules.close();
    live.restart();
    schedules = schedules(TreeWatch.FOLDERS_MAX);
  }

  private Schedules schedules(int foldersMax) {
    return new Schedules(live.records(), Map.of("index", action), () -> now, foldersMax);
  }

  private List<ScheduleRunView> runs() {
    return schedules.views().runs("nightly").orElseThrow().runs();
  }

  private ScheduleOrder order(String when) {
    return order(when, null, false);
  }

  private ScheduleOrder order(String when, @Nullable String missed, boolean watch) {
    return new ScheduleOrder(when, "UTC", what("index"), missed, watch, null);
  }

  private JsonNode what(String action) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return json.objectNode().set(action, json.objectNode().put("folder", folder.toString()));
  }
}
