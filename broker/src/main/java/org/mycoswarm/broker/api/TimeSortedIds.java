package org.mycoswarm.broker.api;

import java.time.InstantSource;
import java.util.random.RandomGenerator;

/// Makes ids that sort by the time they were made: 9 characters of milliseconds and 5 of chance, in
/// lower-case base 32 without the letters that look like digits. Thread-safe when the generator is.
public final class TimeSortedIds {
  private static final String DIGITS = "0123456789abcdefghjkmnpqrstvwxyz";
  private static final int LENGTH = 14;
  private static final int CHANCE_BITS = 25;

  private final InstantSource clock;
  private final RandomGenerator random;

  public TimeSortedIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  public String next() {
    // 45 bits of milliseconds last until the year 3084; together they are the 70 bits of 14 digits.
    long millis = clock.millis();
    long chance = random.nextLong(1L << CHANCE_BITS);
    char[] id = new char[LENGTH];
    for (int i = LENGTH - 1; i >= 0; i--) {
      boolean ofChance = i >= LENGTH - CHANCE_BITS / 5;
      id[i] = DIGITS.charAt((int) ((ofChance ? chance : millis) & 31));
      if (ofChance) {
        chance >>>= 5;
      } else {
        millis >>>= 5;
      }
    }
    return new String(id);
  }
}
