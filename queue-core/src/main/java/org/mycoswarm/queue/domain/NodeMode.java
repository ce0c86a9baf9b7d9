package org.mycoswarm.queue.domain;

import java.util.Locale;
import java.util.stream.Stream;

/// Whether a node gets new leases. A node keeps its mode when it registers anew.
public enum NodeMode {
  ACTIVE,
  /// It gets none, and goes on with those it holds.
  PAUSED,
  /// It gets none, and is asked to hand back what it has not begun.
  DRAINING;

  /// @throws IllegalArgumentException when the text is not the word of a mode
  public static NodeMode parse(String word) {
    return Stream.of(values())
        .filter(mode -> mode.toString().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected the mode of a node (active, paused or draining), but it is '%s'"
                        .formatted(word)));
  }

  /// The word for it in JSON, in the tables and on the page.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
