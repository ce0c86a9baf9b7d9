package org.mycoswarm.broker.collections;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.schema.wire.JobView;

/// What a run needs of the queue. Every method may be called by any thread. While the tables are
/// away, those that need them throw
/// [TablesUnavailable][org.mycoswarm.broker.projection.TablesUnavailable]; asking again later
/// helps.
public interface Work {
  /// @param model digest of the model that the node must have
  /// @param payload written as a JSON object
  /// @param blobs every blob the payload refers to
  /// @param cost what fair shares count
  record Task(
      String kind, String model, String label, Object payload, List<BlobHash> blobs, long cost) {}

  /// A task that has ended.
  ///
  /// @param state `succeeded`, `buried` or `cancelled`
  /// @param position of the entry that ended it
  record Ended(
      int number, String state, @Nullable String reason, @Nullable String result, long position) {}

  /// Submits a job unless there is one with that id: after a crash everything is asked for again.
  ///
  /// @param name what people see
  /// @param detail written as a JSON object
  /// @return false when the queue is full for now, room on the disk is scarce, or the tables are
  ///     far
  ///     behind; ask again later
  boolean submit(JobId job, String name, String kind, Object detail, List<Task> tasks)
      throws InterruptedException;

  /// The job, as soon as the tables show all that is durable now.
  Optional<JobView> job(JobId job) throws InterruptedException;

  /// Tasks of a job that ended in an entry after `after`, in the order in which they ended.
  List<Ended> ended(JobId job, long after) throws InterruptedException;

  /// The payloads of a job's tasks, in the order of their numbers.
  List<String> payloads(JobId job) throws InterruptedException;

  /// Ends a job, if it runs.
  void cancel(JobId job) throws InterruptedException;
}
