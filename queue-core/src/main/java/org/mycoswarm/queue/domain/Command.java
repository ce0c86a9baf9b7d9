package org.mycoswarm.queue.domain;

import java.util.List;

/// What someone wants. A command may be rejected; nothing has happened yet.
public sealed interface Command {
  record StartBroker(String incarnation, String version) implements Command {}

  record RegisterNode(NodeId node, NodeProfile profile) implements Command {}

  record SubmitJob(JobId job, JobSpec spec, List<TaskSpec> tasks) implements Command {
    public SubmitJob {
      tasks = List.copyOf(tasks);
    }
  }

  /// @param tasksMax how many tasks the node takes at most; it may get fewer, or none
  record LeaseTasks(NodeId node, int tasksMax) implements Command {}

  /// @param next tasks that this result asks for; they join the job in the same entry, so a crash
  ///     cannot part them
  record CompleteTask(LeaseId lease, TaskResult result, List<TaskSpec> next) implements Command {
    public CompleteTask {
      next = List.copyOf(next);
    }
  }

  /// @param retryable false when the same input must fail again, on any node
  record FailAttempt(LeaseId lease, String reason, boolean retryable) implements Command {}

  /// The node stops and hands the task back.
  record ReleaseLease(LeaseId lease) implements Command {}

  /// Time passing, as a command like any other, so that replay needs no clock.
  ///
  /// @param due leases whose nodes were not heard of for the lease time; those that have ended are
  ///     passed over
  record ExpireLeases(List<LeaseId> due) implements Command {
    public ExpireLeases {
      due = List.copyOf(due);
    }
  }

  record CancelJob(JobId job) implements Command {}
}
