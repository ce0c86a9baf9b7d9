package org.mycoswarm.queue.engine;

import org.jspecify.annotations.Nullable;

/// The writer is not running, so nobody can say whether the command happened: ask again, with the
/// same Idempotency-Key or lease, when the broker is back.
public final class WriterStopped extends RuntimeException {
  private static final long serialVersionUID = 1;

  WriterStopped(@Nullable Throwable cause) {
    super(
        "Expected the writer to run, but it has stopped; the broker replays its log at the next start,"
            + " ask again then",
        cause);
  }
}
