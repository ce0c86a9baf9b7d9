package org.mycoswarm.node.work;

/// A task did not work out, and why. The message goes to the broker.
public final class TaskFailed extends Exception {
  private static final long serialVersionUID = 1;

  private final boolean retryable;

  private TaskFailed(String message, boolean retryable) {
    super(message);
    this.retryable = retryable;
  }

  /// The same task may work out at another time or on another node.
  public static TaskFailed retryable(String reason) {
    return new TaskFailed(reason, true);
  }

  /// The same task must fail again on any node.
  public static TaskFailed forGood(String reason) {
    return new TaskFailed(reason, false);
  }

  public boolean isRetryable() {
    return retryable;
  }
}
