package org.mycoswarm.queue.log;

/// What is on disk is not what was written. The message names the position, the file, what was
/// expected and what was found, and what the reader can do.
public final class LogDamaged extends RuntimeException {
  private static final long serialVersionUID = 1;

  public LogDamaged(String message) {
    super(message);
  }

  public LogDamaged(String message, Throwable cause) {
    super(message, cause);
  }
}
