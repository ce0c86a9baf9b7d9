package org.mycoswarm.broker.collections;

/// What was asked of a collection cannot be done; nothing was changed. The message says why.
public final class CollectionRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  public enum Cause {
    /// There is no such collection or run.
    UNKNOWN,
    /// A run goes on.
    BUSY,
    /// Nothing serves yet, or there is nothing to go back to.
    NOTHING_THERE,
    /// The folder cannot be used.
    FOLDER,
    /// As many runs go on as may.
    TOO_MANY
  }

  private final Cause cause;

  public CollectionRefused(Cause cause, String message) {
    super(message, null, false, false);
    this.cause = cause;
  }

  public Cause why() {
    return cause;
  }
}
