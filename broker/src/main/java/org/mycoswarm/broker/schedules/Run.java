package org.mycoswarm.broker.schedules;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.schedules.ScheduledAction.Outcome;

/// One run of a schedule: it waits, runs, and has ended.
///
/// @param id made of the schedule's name and the time, so that a time has one run, however often
///     the broker is killed
/// @param why `due`, `missed`, `change` or `asked`
record Run(
    String id,
    Instant due,
    String why,
    @Nullable Instant started,
    @Nullable Instant ended,
    @Nullable String outcome,
    @Nullable String detail) {
  private static final int DETAIL_CHARACTERS_MAX = 500;
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  static Run by(String schedule, Instant due, String why) {
    boolean ofTheClock = why.equals("due") || why.equals("missed");
    String id = schedule + "-" + (ofTheClock ? SECONDS : MILLIS).format(due);
    return new Run(id, due, why, null, null, null, null);
  }

  boolean waits() {
    return started == null && ended == null;
  }

  boolean runs() {
    return started != null && ended == null;
  }

  Run started(Instant at) {
    return new Run(id, due, why, at, null, null, null);
  }

  Run ended(Instant at, Outcome how) {
    String words = how.detail();
    String detail =
        words == null || words.length() <= DETAIL_CHARACTERS_MAX
            ? words
            : words.substring(0, DETAIL_CHARACTERS_MAX - 1) + "…";
    return new Run(id, due, why, started, at, how.word(), detail);
  }

  String state() {
    return ended != null ? "ended" : started != null ? "running" : "waiting";
  }
}
