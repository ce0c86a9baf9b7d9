package org.mycoswarm.broker.schedules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhenTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  @ParameterizedTest
  @CsvSource({
    "02:30, 30 2 * * *",
    "2:05, 5 2 * * *",
    "Every day at 02:30, 30 2 * * *",
    "daily at 23:59, 59 23 * * *",
    "weekdays at 6:00, 0 6 * * 1-5",
    "'weekends 10:00', '0 10 * * 6,0'",
    "sundays 03:00, 0 3 * * 0",
    "every monday at 3:00, 0 3 * * 1",
    "every 15 minutes, */15 * * * *",
    "every minute, * * * * *",
    "every hour, 0 * * * *",
    "hourly, 0 * * * *",
    "every 2 hours, 0 */2 * * *",
    "30  2 * * *, 30 2 * * *",
    "0 4 1 * *, 0 4 1 * *"
  })
  void plainWordsAreFieldsOfCron(String words, String cron) {
    assertThat(When.parse(words, BERLIN).cron()).isEqualTo(cron);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "sometimes", "24:00", "2:60", "61 2 * * *", "fundays 3:00", "1 2 3"})
  void whatIsNotUnderstoodIsSaidWithWhatIs(String words) {
    assertThatThrownBy(() -> When.parse(words, BERLIN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Expected a time such as '02:30', 'every day at 02:30', 'weekdays at 6:00', 'weekends at"
                + " 10:00', 'sundays 03:00', 'every hour', 'every 2 hours', 'every 15 minutes', or"
                + " five fields of cron such as '30 2 * * *', but it is '"
                + words
                + "'");
  }

  @Test
  void whatWouldBeUnevenOrNeverComesIsRefused() {
    assertThatThrownBy(() -> When.parse("every 7 minutes", BERLIN))
        .hasMessage(
            "Expected a number of minutes that divides 60, as 'every 7 minutes' would be uneven"
                + " otherwise");
    assertThatThrownBy(() -> When.parse("every 5 hours", BERLIN))
        .hasMessage(
            "Expected a number of hours that divides 24, as 'every 5 hours' would be uneven"
                + " otherwise");
    assertThatThrownBy(() -> When.parse("0 0 31 2 *", BERLIN))
        .hasMessage("Expected a time that comes, but '0 0 31 2 *' never does");
  }

  @Test
  void aTimeThatIsLeftOutRunsOnceRightAfterTheGap() {
    // In Berlin 02:00 becomes 03:00 on 28 March 2027; in New York on 14 March.
    assertThat(times("02:30", BERLIN, "2027-03-27T00:00", 3))
        .containsExactly(
            "2027-03-27T02:30+01:00", "2027-03-28T03:00+02:00", "2027-03-29T02:30+02:00");
    assertThat(times("02:30", NEW_YORK, "2027-03-13T00:00", 3))
        .containsExactly(
            "2027-03-13T02:30-05:00", "2027-03-14T03:00-04:00", "2027-03-15T02:30-04:00");
    assertThat(times("15,45 2,3 * * *", BERLIN, "2027-03-28T00:00", 3))
        .containsExactly(
            "2027-03-28T03:00+02:00", "2027-03-28T03:15+02:00", "2027-03-28T03:45+02:00");
  }

  @Test
  void aTimeThatComesTwiceRunsTheFirstTime() {
    // In Berlin 03:00 becomes 02:00 on 31 October 2027; in New York 02:00 becomes 01:00 a week
    // later.
    assertThat(times("02:30", BERLIN, "2027-10-30T12:00", 2))
        .containsExactly("2027-10-31T02:30+02:00", "2027-11-01T02:30+01:00");
    assertThat(times("01:30", NEW_YORK, "2027-11-06T12:00", 2))
        .containsExactly("2027-11-07T01:30-04:00", "2027-11-08T01:30-05:00");
    Instant secondTime = Instant.parse("2027-10-31T01:10:00Z"); // 02:10 again

    assertThat(When.parse("02:30", BERLIN).next(secondTime)).isEqualTo("2027-11-01T01:30:00Z");
  }

  @Test
  void whatRunsEveryHourKeepsItsPaceThroughBoth() {
    assertThat(times("every 30 minutes", BERLIN, "2027-03-28T01:00", 3))
        .containsExactly(
            "2027-03-28T01:30+01:00", "2027-03-28T03:00+02:00", "2027-03-28T03:30+02:00");
    assertThat(times("every 30 minutes", BERLIN, "2027-10-31T01:31", 6))
        .containsExactly(
            "2027-10-31T02:00+02:00",
            "2027-10-31T02:30+02:00",
            "2027-10-31T02:00+01:00",
            "2027-10-31T02:30+01:00",
            "2027-10-31T03:00+01:00",
            "2027-10-31T03:30+01:00");
    // On Lord Howe Island the clock is set by half an hour.
    assertThat(times("every hour", ZoneId.of("Australia/Lord_Howe"), "2027-10-03T00:30", 3))
        .containsExactly(
            "2027-10-03T01:00+10:30", "2027-10-03T03:00+11:00", "2027-10-03T04:00+11:00");
  }

  @Test
  void everyTimeComesAfterTheOneBeforeThroughWholeYears() {
    for (ZoneId zone : new ZoneId[] {BERLIN, NEW_YORK, ZoneId.of("Australia/Lord_Howe")}) {
      for (String words : new String[] {"02:30", "every 2 hours", "*/20 * * * *", "0 0 1 * *"}) {
        When when = When.parse(words, zone);
        Instant end = Instant.parse("2029-01-01T00:00:00Z");
        for (Instant at = Instant.parse("2027-01-01T00:00:00Z"); at.isBefore(end); ) {
          Instant next = when.next(at);
          assertThat(next).isAfter(at);
          assertThat(when.next(next.minusSeconds(1))).isEqualTo(next);
          at = next;
        }
      }
    }
  }

  @Test
  void theNewestOfManyTimesIsFoundWithoutCountingThemAll() {
    When minutes = When.parse("every minute", BERLIN);
    When yearly = When.parse("0 4 29 2 *", BERLIN);
    Instant now = Instant.parse("2027-06-01T12:00:30Z");

    assertThat(minutes.newest(Instant.EPOCH, now)).contains(Instant.parse("2027-06-01T12:00:00Z"));
    assertThat(yearly.newest(Instant.parse("2019-01-01T00:00:00Z"), now))
        .contains(Instant.parse("2024-02-29T03:00:00Z"));
    assertThat(yearly.newest(Instant.parse("2025-01-01T00:00:00Z"), now)).isEmpty();
    assertThat(minutes.newest(now, now.plusSeconds(5))).isEmpty();
  }

  private static Stream<String> times(String words, ZoneId zone, String after, int count) {
    When when = When.parse(words, zone);
    return Stream.iterate(
            when.next(LocalDateTime.parse(after).atZone(zone).toInstant()), when::next)
        .limit(count)
        .map(at -> at.atZone(zone).toOffsetDateTime().toString());
  }
}
