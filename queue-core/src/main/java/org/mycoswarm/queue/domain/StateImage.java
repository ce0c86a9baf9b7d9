package org.mycoswarm.queue.domain;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of the queue in pieces, for snapshots: [QueueState#image] gives them in an order in
/// which [QueueState#restore] takes them. Like events they have stable names and shapes.
public sealed interface StateImage {
  /// @param time until when the state knows of time
  /// @param turns the next turn of a line
  record Head(Instant time, long turns) implements StateImage {}

  record NodeImage(NodeId node, NodeProfile profile, NodeMode mode) implements StateImage {}

  record PolicyImage(String kind, KindPolicy policy) implements StateImage {}

  record RecordImage(RecordVersion record) implements StateImage {}

  /// @param next what the rate has used up, as an instant
  record GateImage(Throttle.Scope scope, Throttle throttle, Instant next) implements StateImage {}

  /// A key, the oldest first.
  record KeyImage(String key, JobId job, BlobHash fingerprint) implements StateImage {}

  /// A job that ended not long ago, the oldest first.
  ///
  /// @param attempts how often one of its tasks was leased at most
  record EndedImage(JobId job, int tasks, int attempts) implements StateImage {}

  /// A job; its tasks follow in the order of their numbers.
  ///
  /// @param finished whether it is kept for its buried tasks only
  /// @param attempts how often one of its tasks was leased at most
  record JobImage(Job job, boolean finished, int attempts) implements StateImage {}

  /// @param state one of `blocked`, `waiting`, `ready`, `leased`, `buried`
  /// @param missing for `blocked`
  /// @param until for `waiting`
  /// @param node for `leased`
  /// @param reason for `buried`
  /// @param waitsForAll whether it waits for the others of its job to end
  record TaskImage(
      TaskId task,
      TaskSpec spec,
      String state,
      int attempt,
      int failures,
      @Nullable NodeId near,
      int missing,
      @Nullable Instant until,
      @Nullable NodeId node,
      @Nullable String reason,
      boolean waitsForAll)
      implements StateImage {}

  record LineImage(Requirement requirement, @Nullable String limitKey, long turn)
      implements StateImage {}

  /// A band of the line before it, with the places and tags of everyone in it.
  record BandImage(
      int priority,
      Instant since,
      long virtualTime,
      long lastCost,
      long nextTurn,
      List<SubmitterImage> submitters)
      implements StateImage {
    public BandImage {
      submitters = List.copyOf(submitters);
    }
  }

  /// @param jobs none when nothing of the submitter is ready and it got more than its share before
  record SubmitterImage(
      String submitter,
      long turn,
      long tag,
      long virtualTime,
      long lastCost,
      long nextTurn,
      List<Place> jobs) {
    public SubmitterImage {
      jobs = List.copyOf(jobs);
    }
  }

  record Place(JobId job, long turn, long tag) {}
}
