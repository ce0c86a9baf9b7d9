package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A task as the tables show it.
///
/// @param state `ready`, `waiting`, `leased`, `succeeded`, `buried` or `cancelled`
/// @param number in its job, counted from 0
/// @param parent number of the task whose result asked for it
/// @param retryAt when it may be leased again, while it is `waiting`
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
    @Nullable Instant retryAt,
    @Nullable String reason,
    @Nullable JsonNode result,
    List<AttemptView> attempts) {
  /// @param state `leased`, `succeeded`, `failed`, `expired`, `released` or `cancelled`
  public record AttemptView(
      int attempt,
      String node,
      String nodeName,
      String state,
      Instant leasedAt,
      @Nullable Instant endedAt,
      @Nullable String reason) {}
}
