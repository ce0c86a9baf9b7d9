package org.mycoswarm.queue.simulation;

/// A promise of the queue that a simulation saw broken.
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1;

  /// Which promise.
  enum Promise {
    WHAT_WAS_ACKNOWLEDGED_IS_IN_THE_LOG,
    ONE_JOB_FOR_ONE_KEY,
    ONE_LEASE_OF_A_TASK_AT_A_TIME,
    ONE_RESULT_FOR_A_TASK,
    A_RESULT_IS_OF_THE_LEASE_IT_IS_LOGGED_FOR,
    AN_ENTRY_IS_WHOLE,
    A_LEASE_RUNS_ITS_FULL_TIME,
    A_SILENT_NODE_LOSES_ITS_LEASE,
    A_LEASE_THAT_ENDED_IS_NOT_RENEWED,
    TIME_IN_THE_LOG_GOES_FORWARD,
    THE_LOG_TELLS_ONE_STORY,
    THE_CODEC_LOSES_NOTHING,
    REPLAY_GIVES_THE_LIVE_STATE,
    A_FOLLOWER_IS_NEVER_AHEAD_OF_THE_LOG,
    A_TASK_IS_LEASED_ONLY_WHEN_IT_MAY_BE,
    NO_NODE_WAITS_WHILE_THERE_IS_WORK,
    A_SNAPSHOT_AND_THE_TAIL_GIVE_THE_LIVE_STATE,
    FAIR_SHARES,
    NOTHING_STARVES,
    EVERY_JOB_ENDS,
    NOTHING_BREAKS
  }

  private final Promise promise;

  Violation(Promise promise, String found) {
    super(promise.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + ": " + found);
    this.promise = promise;
  }

  Violation(Promise promise, String found, Throwable cause) {
    this(promise, found);
    initCause(cause);
  }

  Promise promise() {
    return promise;
  }
}
