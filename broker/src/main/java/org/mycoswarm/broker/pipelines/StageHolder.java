package org.mycoswarm.broker.pipelines;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.NodeId;

/// One node that is a stage, or is about to be. Guarded by the pipeline's lock.
final class StageHolder {
  final NodeId node;
  final String nodeName;
  final long epoch;
  final JobId job;
  final Instant since;
  @Nullable StageConnection connection;

  /// When the connection broke; null before the first and while there is one.
  @Nullable Instant lostAt;

  /// Why the job has ended; null while it has not.
  @Nullable String ended;

  StageHolder(NodeId node, String nodeName, long epoch, JobId job, Instant since) {
    this.node = node;
    this.nodeName = nodeName;
    this.epoch = epoch;
    this.job = job;
    this.since = since;
  }
}
