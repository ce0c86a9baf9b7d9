package org.mycoswarm.queue.log.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Instants and durations as ISO-8601, as [Instant#toString] writes them. Every entry has an
/// instant, and the formatter of the JDK takes as long as all the rest of a small entry: what has
/// the usual form is written and read by hand, and anything else is left to the JDK.
final class Times {
  private static final Recent<Duration> DURATIONS = new Recent<>(Times::parse);
  private static final String FORM = "dddd-dd-ddTdd:dd:dd";

  private Times() {}

  static String text(Instant instant) {
    LocalDateTime time;
    try {
      time = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    } catch (DateTimeException beyondLocalTimes) {
      return instant.toString();
    }
    if (time.getYear() < 0 || time.getYear() > 9999) {
      return instant.toString();
    }
    byte[] text = new byte[30];
    put(text, 0, 4, time.getYear());
    text[4] = '-';
    put(text, 5, 2, time.getMonthValue());
    text[7] = '-';
    put(text, 8, 2, time.getDayOfMonth());
    text[10] = 'T';
    put(text, 11, 2, time.getHour());
    text[13] = ':';
    put(text, 14, 2, time.getMinute());
    text[16] = ':';
    put(text, 17, 2, time.getSecond());
    int end = fraction(text, FORM.length(), instant.getNano());
    text[end] = 'Z';
    return new String(text, 0, end + 1, ISO_8859_1);
  }

  /// As few digits as say all: none, three, six or nine.
  private static int fraction(byte[] text, int from, int nanos) {
    if (nanos == 0) {
      return from;
    }
    text[from] = '.';
    int digits = nanos % 1_000_000 == 0 ? 3 : nanos % 1_000 == 0 ? 6 : 9;
    put(
        text,
        from + 1,
        digits,
        digits == 3 ? nanos / 1_000_000 : digits == 6 ? nanos / 1_000 : nanos);
    return from + 1 + digits;
  }

  private static void put(byte[] text, int from, int digits, int value) {
    int rest = value;
    for (int i = from + digits - 1; i >= from; i--) {
      text[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /// @throws IllegalArgumentException when it is no instant
  static Instant instant(String text) {
    try {
      return hasUsualForm(text) ? byHand(text) : Instant.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'%s' is no instant".formatted(text), e);
    }
  }

  private static boolean hasUsualForm(String text) {
    int last = text.length() - 1;
    if (last < FORM.length() || last > FORM.length() + 10 || text.charAt(last) != 'Z') {
      return false;
    }
    for (int i = 0; i < FORM.length(); i++) {
      char form = FORM.charAt(i);
      if (form == 'd' ? !isDigit(text.charAt(i)) : text.charAt(i) != form) {
        return false;
      }
    }
    for (int i = FORM.length() + 1; i < last; i++) {
      if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return last == FORM.length() || (text.charAt(FORM.length()) == '.' && last > FORM.length() + 1);
  }

  private static Instant byHand(String text) {
    LocalDateTime time =
        LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 2),
            number(text, 8, 2),
            number(text, 11, 2),
            number(text, 14, 2),
            number(text, 17, 2));
    int digits = Math.max(0, text.length() - FORM.length() - 2);
    int nanos = number(text, FORM.length() + 1, digits);
    for (int i = digits; i < 9; i++) {
      nanos *= 10;
    }
    return Instant.ofEpochSecond(time.toEpochSecond(ZoneOffset.UTC), nanos);
  }

  private static int number(String text, int from, int digits) {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      value = 10 * value + text.charAt(i) - '0';
    }
    return value;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// @throws IllegalArgumentException when it is no duration
  static Duration duration(String text) {
    return DURATIONS.get(text);
  }

  private static Duration parse(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("'%s' is no duration".formatted(text), e);
    }
  }
}
