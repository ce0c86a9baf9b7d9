package org.mycoswarm.broker.schedules;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;

/// At which times something happens, in one time zone: five fields of cron.
///
/// Cron speaks of clocks on a wall, which are set forward and back. A time that is left out when
/// they are set forward happens right after the gap; one that comes twice when they are set back
/// happens the first time. What happens in every hour has no hour to lose: it goes on at its even
/// pace through both.
public final class When {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  /// Looked through from the shortest on, so that a year of minutes is never counted.
  private static final List<Duration> WINDOWS =
      List.of(Duration.ofHours(2), Duration.ofDays(2), Duration.ofDays(70), Duration.ofDays(800));

  private final String cron;
  private final ExecutionTime times;
  private final ZoneId zone;
  private final ZoneRules rules;
  private final boolean everyHour;

  /// @throws IllegalArgumentException when it is not understood, or never comes
  public static When parse(String text, ZoneId zone) {
    String cron = PlainWords.cron(text);
    When when;
    try {
      when = new When(cron, ExecutionTime.forCron(PARSER.parse(cron).validate()), zone);
    } catch (IllegalArgumentException e) {
      throw PlainWords.notUnderstood(text, e);
    }
    if (when.following(LocalDateTime.of(2024, 1, 1, 0, 0)).isEmpty()) {
      throw new IllegalArgumentException(
          "Expected a time that comes, but '%s' never does".formatted(text));
    }
    return when;
  }

  private When(String cron, ExecutionTime times, ZoneId zone) {
    this.cron = cron;
    this.times = times;
    this.zone = zone;
    this.rules = zone.getRules();
    this.everyHour = List.of("*", "*/1", "0-23").contains(cron.split(" ", -1)[1]);
  }

  /// Its five fields.
  public String cron() {
    return cron;
  }

  /// The first time after an instant.
  public Instant next(Instant after) {
    return everyHour ? nextAtEvenPace(after) : nextOnTheWall(after);
  }

  /// The last time after an instant, up to and with another.
  Optional<Instant> newest(Instant after, Instant until) {
    for (Duration window : WINDOWS) {
      if (until.minus(window).isAfter(after)) {
        Optional<Instant> found = last(until.minus(window), until);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return last(after, until);
  }

  private Optional<Instant> last(Instant after, Instant until) {
    Instant found = null;
    for (Instant at = next(after); !at.isAfter(until); at = next(at)) {
      found = at;
    }
    return Optional.ofNullable(found);
  }

  private Instant nextOnTheWall(Instant after) {
    LocalDateTime wall = LocalDateTime.ofInstant(after, zone);
    while (true) {
      wall = following(wall).orElseThrow();
      ZoneOffsetTransition gap = rules.getTransition(wall);
      Instant found =
          gap != null && gap.isGap()
              ? gap.getInstant()
              : wall.toInstant(rules.getValidOffsets(wall).getFirst());
      if (found.isAfter(after)) { // not so when it comes for the second time
        return found;
      }
    }
  }

  private Instant nextAtEvenPace(Instant after) {
    Instant from = after;
    LocalDateTime wall = LocalDateTime.ofInstant(from, zone);
    while (true) {
      Instant found = following(wall).orElseThrow().toInstant(rules.getOffset(from));
      ZoneOffsetTransition set = rules.nextTransition(from);
      if (set == null || found.isBefore(set.getInstant())) {
        return found;
      }
      from = set.getInstant();
      wall = set.getDateTimeAfter().minusSeconds(1);
    }
  }

  /// The next time on a wall whose clock is never set.
  private Optional<LocalDateTime> following(LocalDateTime wall) {
    return times
        .nextExecution(wall.withNano(0).atZone(ZoneOffset.UTC))
        .map(found -> found.toLocalDateTime());
  }
}
