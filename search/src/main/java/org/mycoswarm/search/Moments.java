package org.mycoswarm.search;

import java.time.Instant;

/// Moments as whole microseconds since 1970, as far as a long reaches.
final class Moments {
  private static final long SECONDS_MAX = Long.MAX_VALUE / 1_000_000 - 1;

  private Moments() {}

  static long micros(Instant moment) {
    long seconds = Math.clamp(moment.getEpochSecond(), -SECONDS_MAX, SECONDS_MAX);
    return seconds * 1_000_000 + moment.getNano() / 1_000;
  }
}
