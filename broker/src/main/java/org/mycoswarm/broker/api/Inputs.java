package org.mycoswarm.broker.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.TaskId;
import org.mycoswarm.queue.log.LogPosition;

/// Reads what stands in addresses, parameters and headers, and says what is wrong with it. In a
/// path an id that cannot be is an id that is not there (404); anywhere else it is a mistake (400).
final class Inputs {
  private static final int LIMIT_DEFAULT = 50;
  private static final int SHOWN_CHARACTERS_MAX = 100;
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  /// How far ahead a start or a deadline may be: a year.
  static final long AHEAD_SECONDS_MAX = 31_536_000;

  private Inputs() {}

  static JobId job(String inPath) {
    return inPath(inPath, JobId::new);
  }

  static TaskId task(String inPath) {
    return inPath(inPath, TaskId::parse);
  }

  static NodeId node(String inPath) {
    return inPath(inPath, NodeId::new);
  }

  static LeaseId lease(String inPath) {
    return inPath(inPath, LeaseId::parse);
  }

  static BlobHash blob(String inPath) {
    return inPath(inPath, BlobHash::new);
  }

  /// Makes the refusal of a value's own rules a `bad-request`.
  static <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(e.getMessage() + "; nothing was changed");
    }
  }

  static List<LeaseId> leases(List<String> inBody) {
    return checked(() -> inBody.stream().map(LeaseId::parse).toList());
  }

  static List<BlobHash> blobs(@Nullable List<String> inBody) {
    return inBody == null
        ? List.of()
        : checked(() -> inBody.stream().map(BlobHash::new).distinct().toList());
  }

  static int limit(@Nullable String limit, int max) {
    return limit == null ? Math.min(LIMIT_DEFAULT, max) : between("limit", limit, 1, max);
  }

  static int between(String name, String value, int min, int max) {
    try {
      return between(name, Integer.parseInt(value), min, max);
    } catch (NumberFormatException e) {
      throw outside(name, value, min, max);
    }
  }

  static int between(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw outside(name, Integer.toString(value), min, max);
    }
    return value;
  }

  static long between(String name, long value, long min, long max) {
    if (value < min || value > max) {
      throw outside(name, Long.toString(value), min, max);
    }
    return value;
  }

  /// A time of 0 up to `max` seconds, with fractions.
  static Duration seconds(String name, double value, long max) {
    if (!(value >= 0 && value <= max)) { // not a number is neither
      throw outside(name, Double.toString(value), 0, max);
    }
    return Duration.ofMillis(Math.round(value * 1_000));
  }

  /// A number with fractions, or null when the parameter is absent.
  static @Nullable Double number(String name, @Nullable String value) {
    try {
      return value == null ? null : Double.valueOf(value);
    } catch (NumberFormatException e) {
      throw ProblemException.badRequest(
          "Expected %s to be a number, but it is '%s'".formatted(name, value));
    }
  }

  /// The end of a time from now on, or null when there is none.
  static @Nullable Instant deadline(@Nullable Double seconds, Instant now) {
    return seconds == null
        ? null
        : now.plus(seconds("deadlineSeconds", seconds, AHEAD_SECONDS_MAX));
  }

  /// One of some words, or null when the parameter is absent.
  static @Nullable String oneOf(String name, @Nullable String value, List<String> known) {
    if (value == null || known.contains(value)) {
      return value;
    }
    String meant =
        NearestName.of(value, known).map(word -> ". Did you mean '%s'?".formatted(word)).orElse("");
    throw ProblemException.badRequest(
        "Expected %s to be one of %s, but it is '%s'%s"
            .formatted(name, String.join(", ", known), value, meant));
  }

  static boolean flag(String name, @Nullable String value) {
    return "true".equals(oneOf(name, value, List.of("true", "false")));
  }

  static LogPosition position(String name, String value) {
    try {
      return new LogPosition(Long.parseLong(value));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(
          "Expected %s to be a position in the log, a whole number of 0 or more, but it is '%s'"
              .formatted(name, value));
    }
  }

  static @Nullable String key(@Nullable String header) {
    if (header != null && !KEY.matcher(header).matches()) {
      throw ProblemException.badRequest(
          "Expected an Idempotency-Key of 1 to 255 visible ASCII characters, but it has %d or others; nothing was submitted"
              .formatted(header.length()));
    }
    return header;
  }

  /// A value as it is repeated in a refusal: its beginning.
  static String shown(Object value) {
    return cut(String.valueOf(value), SHOWN_CHARACTERS_MAX);
  }

  static String cut(String text, int charactersMax) {
    return text.length() <= charactersMax ? text : text.substring(0, charactersMax - 1) + "…";
  }

  static String text(String name, String value, int charactersMax) {
    if (value.isBlank() || value.length() > charactersMax) {
      throw ProblemException.badRequest(
          "Expected %s of 1 to %,d characters, but it has %,d that are not blank; nothing was changed"
              .formatted(name, charactersMax, value.strip().length()));
    }
    return value;
  }

  private static ProblemException outside(String name, String value, long min, long max) {
    return ProblemException.badRequest(
        "Expected %s of %,d to %,d, but it is '%s'".formatted(name, min, max, value));
  }

  private static <T> T inPath(String text, Function<String, T> parse) {
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      throw ProblemException.notFound(String.valueOf(e.getMessage()));
    }
  }
}
