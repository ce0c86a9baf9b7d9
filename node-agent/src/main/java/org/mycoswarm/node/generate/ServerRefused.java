package org.mycoswarm.node.generate;

import java.io.IOException;

/// A server said no, in its own words.
public final class ServerRefused extends IOException {
  private static final long serialVersionUID = 1;

  private final int status;

  ServerRefused(int status, String message) {
    super(message);
    this.status = status;
  }

  /// Whether the same request would be refused on every node: it is not in order, or too long.
  public boolean forGood() {
    return status == 400 || status == 413 || status == 422;
  }
}
