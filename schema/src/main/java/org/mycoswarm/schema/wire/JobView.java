package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A job as the tables show it.
///
/// @param kind `embed-folder` or `tasks`
/// @param state `running`, `succeeded`, `succeeded-with-failures`, `failed` or `cancelled`
/// @param submitter who gets one share of the swarm, however many jobs they submit
/// @param priority 0 to 9, the higher goes first
/// @param paused whether its tasks are kept from being leased
/// @param reason why it was ended as failed, when it was before its last task ended
/// @param batch what the jobs of one bulk submission have in common
/// @param position of the entry in the log that changed it last
/// @param totals what the results counted, by unit: `files`, `chunks`, `vectors`, `tokens`,
///     `millis`
/// @param nodes the same for each node that worked on it
public record JobView(
    String job,
    String name,
    String kind,
    String state,
    String submitter,
    int priority,
    boolean paused,
    @Nullable String reason,
    @Nullable String batch,
    Instant submittedAt,
    @Nullable Instant finishedAt,
    long position,
    TaskCounts tasks,
    Map<String, Long> totals,
    List<NodeShare> nodes) {
  /// How many tasks are in each state; `total` is their sum.
  public record TaskCounts(
      int total,
      int ready,
      int waiting,
      int blocked,
      int leased,
      int succeeded,
      int buried,
      int cancelled) {}

  /// @param name of the node, as it registered
  /// @param tasks that it completed
  /// @param firstAt when it leased its first task of the job
  /// @param lastAt when it reported last
  public record NodeShare(
      String node,
      String name,
      int tasks,
      Map<String, Long> totals,
      Instant firstAt,
      Instant lastAt) {}
}
