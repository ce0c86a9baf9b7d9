package org.mycoswarm.broker.embedding;

/// There is no vector, and the message says to a person why. Unchecked, because whoever asks on
/// behalf of somebody can only pass it on.
public final class NoVector extends RuntimeException {
  private static final long serialVersionUID = 1;

  public enum Cause {
    /// No node that can be reached has the model.
    NO_NODE,
    /// Nodes have it, and none got to it in time.
    BUSY,
    /// The queue takes no more for now.
    OVERLOADED,
    /// A text has more tokens than the model takes: it is never cut.
    TOO_LONG,
    /// The nodes tried, and failed.
    FAILED
  }

  private final Cause cause;

  public NoVector(Cause cause, String message) {
    super(message);
    this.cause = cause;
  }

  public Cause why() {
    return cause;
  }
}
