package org.mycoswarm.node.work;

import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.wire.LeaseGrant;

/// Does tasks of one kind. Each worker has its own; one thread at a time.
///
/// To add a kind: write one of these, add it where [org.mycoswarm.node.NodeAgent] makes them, and
/// let a probe report the capability.
public interface TaskExecutor extends AutoCloseable {
  /// The word in `kind` of a task.
  String kind();

  /// Does the task. Whatever it throws besides the declared is reported as a failure of this
  /// attempt.
  ///
  /// @param wanted ask it between steps that take long
  TaskResult execute(LeaseGrant task, Wanted wanted)
      throws TaskFailed, Unwanted, BrokerProblem, InterruptedException;

  @Override
  default void close() {}
}
