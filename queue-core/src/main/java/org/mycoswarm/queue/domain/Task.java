package org.mycoswarm.queue.domain;

import java.time.Instant;

/// One task that has not ended, as its events so far have left it.
public sealed interface Task {
  TaskId id();

  TaskSpec spec();

  /// How often it was leased; the number of the newest lease.
  int attempt();

  /// How many of these leases failed or expired. Leases that were handed back are not counted.
  int failures();

  /// Any node that can do it may lease it.
  record Ready(TaskId id, TaskSpec spec, int attempt, int failures) implements Task {}

  /// It failed and may be leased again from `until` on.
  record Waiting(TaskId id, TaskSpec spec, int attempt, int failures, Instant until)
      implements Task {}

  record Leased(TaskId id, TaskSpec spec, int attempt, int failures, NodeId node) implements Task {
    public LeaseId lease() {
      return new LeaseId(id, attempt);
    }

    /// The task after this lease ended without a result.
    Task endedBy(Event.LeaseEnding event) {
      return switch (event) {
        case Event.LeaseReleased _ -> new Ready(id, spec, attempt, failures);
        case Event.LeaseExpired e -> new Waiting(id, spec, attempt, failures + 1, e.retryAt());
        case Event.AttemptFailed e -> new Waiting(id, spec, attempt, failures + 1, e.retryAt());
      };
    }
  }
}
