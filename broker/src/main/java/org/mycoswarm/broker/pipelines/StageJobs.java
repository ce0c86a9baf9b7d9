package org.mycoswarm.broker.pipelines;

import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.schema.wire.StagePayload;

/// The right to be a stage, as a job in the queue with one task, which one node leases.
/// Thread-safe; calls block until what they say is on disk.
interface StageJobs {
  /// An id that no job has.
  JobId fresh();

  /// Offers the stage to a node.
  ///
  /// @param job its id; the node may hold it before this returns
  /// @param name for people
  /// @param blobs that the node needs; they are kept as long as the job is
  /// @param mebibytes of memory that the stage takes there
  /// @param onEnd told once why, when the job has ended, however it did: nobody holds the stage by
  ///     it
  ///     from then on. Called by a thread of its own
  /// @throws PipelineUnavailable when the queue takes nothing new
  void offer(
      JobId job,
      NodeId node,
      String name,
      StagePayload payload,
      List<BlobHash> blobs,
      long mebibytes,
      BiConsumer<JobId, String> onEnd);

  /// Takes the stage from whoever has it.
  void withdraw(JobId job);

  /// @return the job of a lease that is held now, or null
  @Nullable JobId heldBy(String lease);
}
