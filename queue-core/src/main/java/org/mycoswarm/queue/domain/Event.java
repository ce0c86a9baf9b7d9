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

  /// The task ends without a result: its last attempt is spent, or its node said that trying again
  /// is useless.
  record TaskBuried(TaskId task, String reason) implements Event {}

  record TaskSucceeded(LeaseId lease, TaskResult result) implements Event {}

  /// A person ended the job; its open tasks end with it.
  record JobCancelled(JobId job) implements Event {}

  /// The last open task has ended.
  record JobFinished(JobId job, JobOutcome outcome) implements Event {}
}
