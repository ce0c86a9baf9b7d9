package org.mycoswarm.broker.records;

import org.mycoswarm.queue.domain.Rejection;

/// The queue refused to change a record; nothing was changed. The message says why.
public final class RecordRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Rejection why;

  RecordRefused(Rejection why) {
    super(why.message());
    this.why = why;
  }

  /// Somebody else was quicker, it is too large, or there are too many.
  public Rejection why() {
    return why;
  }
}
