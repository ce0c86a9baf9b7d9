package org.mycoswarm.broker.schedules;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Times as people say them, made into the five fields of cron.
final class PlainWords {
  private static final String UNDERSTOOD =
      "'02:30', 'every day at 02:30', 'weekdays at 6:00', 'weekends at 10:00', 'sundays 03:00',"
          + " 'every hour', 'every 2 hours', 'every 15 minutes', or five fields of cron such as"
          + " '30 2 * * *'";
  private static final String TIME = "(?:at )?(\\d{1,2}):(\\d{2})";
  private static final Pattern DAILY = Pattern.compile("(?:every day |daily )?" + TIME);
  private static final Pattern ON_DAYS = Pattern.compile("(?:every )?([a-z]+) " + TIME);
  private static final Pattern EVERY =
      Pattern.compile("every (?:(\\d{1,2}) )?(minute|hour)s?|hourly");
  private static final Map<String, String> DAYS = days();

  private PlainWords() {}

  private static Map<String, String> days() {
    Map<String, String> days = new LinkedHashMap<>();
    days.put("weekday", "1-5");
    days.put("weekend", "6,0");
    String[] names = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (int i = 0; i < names.length; i++) {
      days.put(names[i], Integer.toString(i));
    }
    return days;
  }

  /// @throws IllegalArgumentException when it is not understood; the message says what is
  static String cron(String text) {
    String words = text.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    Matcher daily = DAILY.matcher(words);
    if (daily.matches()) {
      return at(text, daily.group(1), daily.group(2), "*");
    }
    Matcher onDays = ON_DAYS.matcher(words);
    if (onDays.matches()) {
      String days = DAYS.get(onDays.group(1).replaceFirst("s$", ""));
      if (days != null) {
        return at(text, onDays.group(2), onDays.group(3), days);
      }
    }
    Matcher every = EVERY.matcher(words);
    if (every.matches()) {
      return every(text, every.group(1), "minute".equals(every.group(2)));
    }
    if (words.split(" ", -1).length != 5) {
      throw notUnderstood(text, null);
    }
    return words;
  }

  static IllegalArgumentException notUnderstood(String text, @Nullable Throwable why) {
    return new IllegalArgumentException(
        "Expected a time such as %s, but it is '%s'%s"
            .formatted(UNDERSTOOD, text, why == null ? "" : ": " + why.getMessage()),
        why);
  }

  private static String at(String text, String hour, String minute, String days) {
    if (Integer.parseInt(hour) > 23 || Integer.parseInt(minute) > 59) {
      throw notUnderstood(text, null);
    }
    return "%d %d * * %s".formatted(Integer.parseInt(minute), Integer.parseInt(hour), days);
  }

  /// Steps that do not divide the hour, or the day, would be uneven at its end.
  private static String every(String text, String number, boolean minutes) {
    int step = number == null ? 1 : Integer.parseInt(number);
    int whole = minutes ? 60 : 24;
    if (step < 1 || step >= whole || whole % step != 0) {
      throw new IllegalArgumentException(
          "Expected a number of %s that divides %d, as '%s' would be uneven otherwise"
              .formatted(minutes ? "minutes" : "hours", whole, text));
    }
    String field = step == 1 ? "*" : "*/" + step;
    return minutes ? field + " * * * *" : "0 " + field + " * * *";
  }
}
