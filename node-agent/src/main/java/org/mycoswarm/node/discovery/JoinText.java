package org.mycoswarm.node.discovery;

import org.mycoswarm.node.client.Token;

/// What `up --lan` prints for the other machines: which broker, and the token that both must know.
/// Written `myco1.BROKER-ID.TOKEN`.
///
/// @param broker id
public record JoinText(String broker, Token token) {
  static final String PREFIX = "myco1";

  /// @throws IllegalArgumentException when it is none; the message never repeats the text, because
  ///     a
  ///     token may be in it
  public static JoinText parse(String text) {
    String[] parts = text.strip().split("\\.", 3);
    if (parts.length != 3 || !parts[0].equals(PREFIX) || parts[1].isBlank()) {
      throw new IllegalArgumentException(
          "Expected a join text of the form myco1.BROKER-ID.TOKEN, but what was given is none;"
              + " copy it from what 'mycoswarm up --lan' prints");
    }
    return new JoinText(parts[1], new Token(parts[2]));
  }

  /// The text itself, with the token in it: for the file `join` and nothing else.
  public String secretText() {
    return PREFIX + "." + broker + "." + token.secret();
  }
}
