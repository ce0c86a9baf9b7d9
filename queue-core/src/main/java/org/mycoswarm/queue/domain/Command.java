package org.mycoswarm.queue.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What someone wants. A command may be rejected; nothing has happened yet.
public sealed interface Command {
  record StartBroker(String incarnation, String version) implements Command {}

  record RegisterNode(NodeId node, NodeProfile profile) implements Command {}

  record SetNodeMode(NodeId node, NodeMode mode) implements Command {}

  /// The node stops and hands back everything it holds.
  record LeaveNode(NodeId node) implements Command {}

  record SubmitJob(JobId job, JobSpec spec, List<TaskSpec> tasks) implements Command {
    public SubmitJob {
      tasks = List.copyOf(tasks);
    }
  }

  /// Nodes that wait for work; each has asked on its own. Tasks are given out in their order, and
  /// one that several of the nodes can do goes to the one that suits best.
  record LeaseTasks(List<Ask> asks) implements Command {
    public LeaseTasks {
      asks = List.copyOf(asks);
    }

    public LeaseTasks(NodeId node, int tasksMax) {
      this(List.of(new Ask(node, tasksMax)));
    }
  }

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

  /// Leases whose nodes were not heard of for the lease time; those that have ended are passed
  /// over. One decision may expire only some: when it expired any, it is to be decided on again.
  record ExpireLeases(List<LeaseId> due) implements Command {
    public ExpireLeases {
      due = List.copyOf(due);
    }
  }

  /// Time passing, as a command like any other, so that replay needs no clock: what has missed its
  /// deadline ends.
  record PassTime() implements Command {}

  record CancelJob(JobId job) implements Command {}

  record PauseJob(JobId job) implements Command {}

  record ResumeJob(JobId job) implements Command {}

  /// Buried tasks, or tasks that wait for a retry, may be leased again at once, with all their
  /// attempts before them. Others are passed over.
  record ReviveTasks(JobId job, List<Integer> numbers) implements Command {
    public ReviveTasks {
      numbers = List.copyOf(numbers);
    }
  }

  /// @param throttle [Throttle#NONE] lifts it
  record SetThrottle(Throttle.Scope scope, Throttle throttle) implements Command {}

  record SetKindPolicy(String kind, KindPolicy policy) implements Command {}

  /// @param expected the version that the record must have, 0 for none; null for any
  record PutRecord(RecordId id, @Nullable Long expected, String json, List<BlobHash> blobs)
      implements Command {
    public PutRecord {
      blobs = List.copyOf(blobs);
    }
  }

  /// @param expected the version that the record must have; null for any, or none
  record RemoveRecord(RecordId id, @Nullable Long expected) implements Command {}

  /// Whatever is still known of jobs that have ended may go: their rows, blobs and buried tasks.
  record ForgetJobs(List<JobId> jobs) implements Command {
    public ForgetJobs {
      jobs = List.copyOf(jobs);
    }
  }
}
