package org.mycoswarm.queue.log;

/// The log could not be opened, written or synced. Nothing was lost that had been acknowledged.
public sealed class LogFailure extends RuntimeException permits LogDropped {
  private static final long serialVersionUID = 1;

  public LogFailure(String message) {
    super(message);
  }

  public LogFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
