package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.stream.Stream;

/// All that a decision may look at.
public interface QueueView {
  Optional<Job> job(JobId id);

  /// The task, while it has not ended.
  Optional<Task> task(TaskId id);

  Optional<NodeProfile> node(NodeId id);

  /// The open tasks of a job, in the order of their numbers.
  Stream<Task> tasksOf(JobId job);

  /// What tasks that could be leased ask for.
  Collection<Requirement> wanted();

  /// Tasks with this requirement that may be leased now, in the order in which they should be.
  Stream<Task> leasable(Requirement requirement, Instant now);

  /// A number that orders leasable tasks over all requirements: smaller came first.
  long order(Task task);

  int leasesOf(NodeId node);

  int openTasks();

  /// The job that was submitted under a key, and the key with its fingerprint.
  Optional<KeyedJob> keyed(String key);

  record KeyedJob(JobId job, BlobHash fingerprint) {}
}
