package org.mycoswarm.queue.log;

/// What was asked for came before the log's first entry: it was dropped to make room.
public final class LogDropped extends LogFailure {
  private static final long serialVersionUID = 1;

  public LogDropped(String message) {
    super(message);
  }
}
