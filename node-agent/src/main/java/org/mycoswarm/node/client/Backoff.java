package org.mycoswarm.node.client;

import java.time.Duration;

/// How long to wait before the next try: doubling from 100 ms up to 3 s, each between half and all
/// of that, so that the nodes of a swarm do not come back to a restarted broker all at once.
public final class Backoff {
  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(3);

  private Backoff() {}

  /// @param failures how many tries have failed in a row, 1 or more
  /// @param chance from 0 to 1
  public static Duration after(int failures, double chance) {
    long doubled = FIRST.toMillis() << Math.min(failures - 1, 10);
    long whole = Math.min(doubled, LONGEST.toMillis());
    return Duration.ofMillis(whole / 2 + Math.round(chance * (whole / 2.0)));
  }
}
