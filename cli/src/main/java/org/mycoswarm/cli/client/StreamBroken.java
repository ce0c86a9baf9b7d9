package org.mycoswarm.cli.client;

import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// An answer that came bit by bit ended in its middle.
public final class StreamBroken extends CommandFailed {
  private static final long serialVersionUID = 1;

  /// @param found why, as far as it is known
  public StreamBroken(String found) {
    super(
        ExitCode.FAILURES,
        "Expected the answer to go on to its end, but it broke off (%s). What is there is a part of it; ask again."
            .formatted(found));
  }
}
