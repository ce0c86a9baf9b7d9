package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task as the tables show it.
///
/// @param state `ready`, `waiting`, `blocked`, `leased`, `succeeded`, `buried` or `cancelled`
/// @param number in its job, counted from 0
/// @param parent number of the task whose result asked for it
/// @param cost how much work it is, in the kind's own unit
/// @param limitKey what it shares a throttle by
/// @param node the only one that may lease it, when it is pinned to one
/// @param deadlineAt when it is buried if it has not ended before
/// @param after numbers of the tasks it comes after
/// @param last whether it waits until every task of the job that is not `last` has ended
/// @param waitingUntil when it may be leased, while it is `waiting`
/// @param reason why it was buried
/// @param result the node's own words about what it made
public record TaskView(
    String task,
    String job,
    int number,
    @Nullable Integer parent,
    String kind,
    @Nullable String model,
    String label,
    String state,
    int maxAttempts,
    long cost,
    @Nullable String limitKey,
    @Nullable String node,
    @Nullable Instant deadlineAt,
    List<Integer> after,
    boolean last,
    @Nullable Instant waitingUntil,
    @Nullable String reason,
    @Nullable JsonNode result,
    List<AttemptView> attempts) {
  /// @param state `leased`, `succeeded`, `failed`, `expired`, `released`, `buried` or `cancelled`
  /// @param late whether a report came when its lease was not held any more; it was refused
  public record AttemptView(
      int attempt,
      String node,
      String nodeName,
      String state,
      Instant leasedAt,
      @Nullable Instant endedAt,
      @Nullable String reason,
      boolean late) {}
}
