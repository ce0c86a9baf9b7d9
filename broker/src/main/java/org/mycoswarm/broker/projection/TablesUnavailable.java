package org.mycoswarm.broker.projection;

import org.jspecify.annotations.Nullable;

/// The tables could not answer for now: their file broke, and it is being replaced or opened again.
/// Asking again a little later helps.
public final class TablesUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public TablesUnavailable(String found, @Nullable Throwable cause) {
    super(
        "Expected an answer from the tables, but %s; the queue goes on meanwhile. Ask again in a few seconds"
            .formatted(found),
        cause);
  }

  /// @param found what keeps them from answering
  public TablesUnavailable(String found) {
    this(found, null);
  }
}
