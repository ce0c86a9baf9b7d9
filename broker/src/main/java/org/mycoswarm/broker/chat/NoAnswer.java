package org.mycoswarm.broker.chat;

/// There is no answer, and the message says to a person why. Unchecked, because whoever asks on
/// behalf of somebody can only pass it on.
public final class NoAnswer extends RuntimeException {
  private static final long serialVersionUID = 1;

  public enum Cause {
    /// No node that can be reached has the model.
    NO_NODE,
    /// Nodes have it, and none got to it in time.
    BUSY,
    /// More is asked for than is taken now.
    OVERLOADED,
    /// The conversation and its answer do not fit the model: it is never cut.
    TOO_LONG,
    /// What is asked for is not in order; asked again it would not be either.
    NOT_IN_ORDER,
    /// The nodes tried, and failed.
    FAILED
  }

  private final Cause cause;

  public NoAnswer(Cause cause, String message) {
    super(message);
    this.cause = cause;
  }

  public Cause why() {
    return cause;
  }
}
