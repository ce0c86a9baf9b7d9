package org.mycoswarm.sharding.plan;

/// What a plan has to hold at a time.
///
/// @param contextTokens for how many tokens each sequence's caches have room
/// @param sessions how many sequences are in flight
public record Demand(int contextTokens, int sessions) {
  public Demand {
    if (contextTokens < 0 || sessions < 1) {
      throw new IllegalArgumentException(
          "Expected a context of 0 tokens or more and at least 1 session, but got %d and %d."
              .formatted(contextTokens, sessions));
    }
  }

  long tokens() {
    return (long) contextTokens * sessions;
  }
}
