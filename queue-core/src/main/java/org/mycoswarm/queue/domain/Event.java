package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.List;

/// What happened. An event is never rejected and never changed; its stable name and shape are in
/// the schema module.
public sealed interface Event {
  /// A broker took over the log. Every lease that runs gets one full lease time from here.
  record BrokerStarted(String incarnation, String version) implements Event {}

  /// A node came, or what it can do changed.
  record NodeRegistered(NodeId node, NodeProfile profile) implements Event {}

  record NodeModeChanged(NodeId node, NodeMode mode) implements Event {}

  /// Its tasks are numbered from 0 in the order of the list.
  record JobSubmitted(JobId job, JobSpec spec, List<TaskSpec> tasks) implements Event {
    public JobSubmitted {
      tasks = List.copyOf(tasks);
    }
  }

  /// The result of one of the job's tasks asked for more; numbered from `first` in the order of the
  /// list.
  record TasksAdded(JobId job, int first, List<TaskSpec> tasks) implements Event {
    public TasksAdded {
      tasks = List.copyOf(tasks);
    }
  }

  record TaskLeased(LeaseId lease, NodeId node) implements Event {}

  /// A lease ended without a result, and the task goes on.
  sealed interface LeaseEnding extends Event {
    LeaseId lease();
  }

  /// The node was not heard of for the lease time.
  record LeaseExpired(LeaseId lease, Instant retryAt) implements LeaseEnding {}

  /// The node handed the task back; this costs the task none of its attempts.
  record LeaseReleased(LeaseId lease) implements LeaseEnding {}

  record AttemptFailed(LeaseId lease, String reason, Instant retryAt) implements LeaseEnding {}

  /// A report came for a lease that was not held any more. It was refused and changed nothing; this
  /// is kept for those who look into what happened.
  record LateReport(LeaseId lease, String found) implements Event {}

  /// The task ends without a result: its last attempt is spent, its node said that trying again is
  /// useless, its deadline passed, or a task it comes after was buried. A lease on it ends with it.
  record TaskBuried(TaskId task, String reason) implements Event {}

  /// Tasks that were buried or waited for a retry may be leased at once, with all their attempts
  /// before them. A job that had finished runs again.
  record TasksRevived(JobId job, List<Integer> numbers) implements Event {
    public TasksRevived {
      numbers = List.copyOf(numbers);
    }
  }

  record TaskSucceeded(LeaseId lease, TaskResult result) implements Event {}

  /// Its tasks are kept from being leased; leases that run go on.
  record JobPaused(JobId job) implements Event {}

  record JobResumed(JobId job) implements Event {}

  /// An event that ends a job, and with it its open tasks.
  sealed interface JobEnding extends Event {
    JobId job();
  }

  /// A person ended the job.
  record JobCancelled(JobId job) implements JobEnding {}

  /// More of its tasks were buried than it tolerates, or its deadline passed.
  record JobFailed(JobId job, String reason) implements JobEnding {}

  /// The last open task has ended.
  ///
  /// @param letGo jobs that have finished and whose buried tasks can be revived no more, as too
  ///     many
  ///     are kept; it may be one of them itself
  record JobFinished(JobId job, JobOutcome outcome, List<JobId> letGo) implements JobEnding {
    public JobFinished {
      letGo = List.copyOf(letGo);
    }

    public JobFinished(JobId job, JobOutcome outcome) {
      this(job, outcome, List.of());
    }
  }

  /// What is still known of a job that has ended may go.
  record JobForgotten(JobId job) implements Event {}

  record ThrottleSet(Throttle.Scope scope, Throttle throttle) implements Event {}

  record KindPolicySet(String kind, KindPolicy policy) implements Event {}

  /// A record is new, or says something else.
  record RecordPut(RecordVersion record) implements Event {}

  record RecordRemoved(RecordId id) implements Event {}
}
