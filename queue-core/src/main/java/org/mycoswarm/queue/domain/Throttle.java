package org.mycoswarm.queue.domain;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How much of something may run: of one task kind, or of one limit key such as a host name.
///
/// @param concurrentMax leases at a time, or null for no such limit
/// @param perMinuteMax leases a minute, evenly spread after a burst of as many as fit into one
///     second (at least one), or null for no such limit
public record Throttle(@Nullable Integer concurrentMax, @Nullable Integer perMinuteMax) {
  public static final Throttle NONE = new Throttle(null, null);

  public Throttle {
    atLeastOne("concurrentMax", concurrentMax);
    atLeastOne("perMinuteMax", perMinuteMax);
  }

  /// What a throttle is for, written `kind:embed` or `key:example.org`.
  public record Scope(boolean ofKind, String name) {
    /// @throws IllegalArgumentException when the text has neither of the two forms
    public static Scope parse(String text) {
      if (text.startsWith("kind:") && text.length() > 5) {
        return new Scope(true, text.substring(5));
      }
      if (text.startsWith("key:") && text.length() > 4) {
        return new Scope(false, text.substring(4));
      }
      throw new IllegalArgumentException(
          "Expected a scope of the form 'kind:NAME' or 'key:NAME', but it is '%s'".formatted(text));
    }

    @Override
    public String toString() {
      return (ofKind ? "kind:" : "key:") + name;
    }
  }

  /// The generic cell rate algorithm (ATM Forum, 1996): one instant says all. `next` is when the
  /// bucket would be empty again.
  Instant after(Instant next, Instant now) {
    Duration interval = interval();
    return interval.isZero() ? next : (next.isBefore(now) ? now : next).plus(interval);
  }

  /// How many leases may start now.
  int room(int running, Instant next, Instant now) {
    int byCount = concurrentMax == null ? Integer.MAX_VALUE : Math.max(concurrentMax - running, 0);
    if (perMinuteMax == null) {
      return byCount;
    }
    long open = Duration.between(next, now).plus(tolerance()).toNanos();
    long byRate =
        open < 0
            ? 0
            : Math.min(open / interval().toNanos() + 1, tolerance().dividedBy(interval()) + 1);
    return (int) Math.min(byCount, byRate);
  }

  /// When the next lease may start as far as the rate goes.
  Instant opens(Instant next) {
    return next.minus(tolerance());
  }

  private Duration interval() {
    return perMinuteMax == null ? Duration.ZERO : Duration.ofMinutes(1).dividedBy(perMinuteMax);
  }

  /// How far ahead of an even pace a burst may run.
  private Duration tolerance() {
    Duration second = Duration.ofSeconds(1);
    return interval().compareTo(second) >= 0 ? Duration.ZERO : second.minus(interval());
  }

  private static void atLeastOne(String name, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new IllegalArgumentException(
          "Expected %s of 1 or more, but it is %d".formatted(name, value));
    }
  }
}
