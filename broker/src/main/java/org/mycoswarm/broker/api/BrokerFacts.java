package org.mycoswarm.broker.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Who the broker is, for those who ask.
///
/// @param broker id that stays for as long as the broker keeps its home
/// @param incarnation id of this start
/// @param token with `lan` only; null on loopback
public record BrokerFacts(
    String broker, String version, String incarnation, Instant startedAt, @Nullable String token) {
  /// Without the token, which must not end up in a log.
  @Override
  public String toString() {
    return "broker %s, version %s, incarnation %s, started %s"
        .formatted(broker, version, incarnation, startedAt);
  }
}
