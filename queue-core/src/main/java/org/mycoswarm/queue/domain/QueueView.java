package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// All that a decision may look at.
public interface QueueView {
  /// The job, while it runs.
  Optional<Job> job(JobId id);

  /// The job, while it runs or has buried tasks.
  Optional<Job> known(JobId id);

  /// The task, until it has succeeded or its job is gone.
  Optional<Task> task(TaskId id);

  /// What a task of this queue is to do.
  TaskSpec spec(Task task);

  Optional<Node> node(NodeId id);

  /// The tasks of a job that have not succeeded, in the order of their numbers.
  Stream<Task> tasksOf(JobId job);

  /// Numbers of the tasks that come after this one and wait for it.
  List<Integer> dependents(TaskId task);

  /// What the node holds.
  Stream<Task.Leased> leasesOf(NodeId node);

  /// The lines that have a ready task and that the node can do.
  Collection<Line> readyLines(Node node);

  /// Tasks and jobs whose deadline is over, the earliest first.
  Stream<Missed> missed(Instant now);

  int openTasks();

  /// Jobs that have finished and are kept for their buried tasks, the oldest first.
  Stream<Job> finishedJobs();

  /// How many buried tasks those have.
  int buriedOfFinished();

  /// What could be leased of a job that runs, has buried tasks, or ended not long ago.
  Optional<Leasable> leasable(JobId job);

  /// The job that was submitted under a key, and the key with its fingerprint.
  Optional<KeyedJob> keyed(String key);

  Optional<KindPolicy> policy(String kind);

  Throttle throttle(Throttle.Scope scope);

  Optional<RecordVersion> record(RecordId id);

  /// How many there are.
  int records();

  /// What they take of the room for records, in bytes.
  long recordBytes();

  /// @param tasks how many it has or had
  /// @param attempts how often one of them was leased at most
  record Leasable(int tasks, int attempts) {}

  record KeyedJob(JobId job, BlobHash fingerprint) {}

  /// @param task null when the deadline is the job's
  record Missed(JobId job, @Nullable TaskId task) {}
}
