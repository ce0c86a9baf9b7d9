package org.mycoswarm.cli.client;

import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;

/// No broker answers where one should be.
public final class BrokerUnreachable extends CommandFailed {
  private static final long serialVersionUID = 1;

  public BrokerUnreachable(String message) {
    super(ExitCode.UNREACHABLE, message);
  }

  static BrokerUnreachable at(BrokerAddress address, String found) {
    return new BrokerUnreachable(
        "Expected a broker at %s, but %s. Start one with ./mycoswarm up, or name another with --broker URL."
            .formatted(address, found));
  }
}
