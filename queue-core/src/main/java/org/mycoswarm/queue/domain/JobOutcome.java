package org.mycoswarm.queue.domain;

/// How a job ended by itself.
public enum JobOutcome {
  SUCCEEDED,
  /// Some tasks are buried, the others succeeded.
  SUCCEEDED_WITH_FAILURES,
  /// Every task is buried.
  FAILED;

  static JobOutcome of(int succeeded, int buried) {
    if (buried == 0) {
      return SUCCEEDED;
    }
    return succeeded == 0 ? FAILED : SUCCEEDED_WITH_FAILURES;
  }
}
