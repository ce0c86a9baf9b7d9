package org.mycoswarm.queue.domain;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One task as its events so far have left it. Those that succeeded have left the queue.
public sealed interface Task {
  /// What stays the same while the state of the task changes, and what is counted.
  ///
  /// @param spec where the state keeps the task's [TaskSpec]
  /// @param last whether it is one of those that wait for all others
  /// @param attempt how often it was leased; the number of the newest lease
  /// @param failures how many of these leases failed or expired. Leases that were handed back are
  ///     not counted
  /// @param near the node whose result asked for it: the blobs it needs are there; or null
  record Facts(
      JobId job,
      int number,
      Terms terms,
      long spec,
      boolean last,
      int attempt,
      int failures,
      @Nullable NodeId near) {
    /// Made when it is asked for: a million tasks would keep a million of them.
    TaskId id() {
      return new TaskId(job, number);
    }

    Facts leasedOnce() {
      return new Facts(job, number, terms, spec, last, attempt + 1, failures, near);
    }

    Facts failedOnce() {
      return new Facts(job, number, terms, spec, last, attempt, failures + 1, near);
    }

    Facts with(Terms others, long otherSpec) {
      return new Facts(job, number, others, otherSpec, last, attempt, failures, near);
    }

    Facts revived() {
      return new Facts(job, number, terms, spec, last, attempt, 0, near);
    }
  }

  Facts facts();

  default TaskId id() {
    return facts().id();
  }

  default Terms terms() {
    return facts().terms();
  }

  default int attempt() {
    return facts().attempt();
  }

  default int failures() {
    return facts().failures();
  }

  /// It comes after tasks that have not ended.
  ///
  /// @param missing how many of those it names have not succeeded
  record Blocked(Facts facts, int missing) implements Task {}

  /// It may be leased from `until` on: its start was put off, or it failed.
  record Waiting(Facts facts, Instant until) implements Task {}

  /// Any node that can do it may lease it.
  record Ready(Facts facts) implements Task {}

  record Leased(Facts facts, NodeId node) implements Task {
    public LeaseId lease() {
      return new LeaseId(id(), attempt());
    }

    /// The task after this lease ended without a result.
    Task endedBy(Event.LeaseEnding event) {
      return switch (event) {
        case Event.LeaseReleased _ -> new Ready(facts);
        case Event.LeaseExpired e -> new Waiting(facts.failedOnce(), e.retryAt());
        case Event.AttemptFailed e -> new Waiting(facts.failedOnce(), e.retryAt());
      };
    }
  }

  /// It ended without a result, and can be revived.
  record Buried(Facts facts, String reason) implements Task {}
}
