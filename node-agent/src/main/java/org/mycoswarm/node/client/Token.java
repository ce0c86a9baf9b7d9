package org.mycoswarm.node.client;

/// The secret that a swarm shares. It has no text form, so that it cannot get into a log by
/// accident.
///
/// @param secret as it goes over the wire; never print it
public record Token(String secret) {
  public Token {
    if (secret.isBlank() || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new IllegalArgumentException(
          "Expected a token of printable characters without spaces, but it is "
              + (secret.isBlank() ? "empty" : "something else"));
    }
  }

  @Override
  public String toString() {
    return "Token[hidden]";
  }
}
