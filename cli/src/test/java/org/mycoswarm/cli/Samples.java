package org.mycoswarm.cli;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.JobView.NodeShare;
import org.mycoswarm.schema.wire.JobView.TaskCounts;
import org.mycoswarm.schema.wire.LimitsView;

/// Wire records that tests need.
public final class Samples {
  public static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private Samples() {}

  public static JobView job(String id, String state) {
    return job(id, state, new TaskCounts(4, 0, 0, 0, 0, 4, 0, 0), Map.of());
  }

  public static JobView job(String id, String state, TaskCounts tasks, Map<String, Long> totals) {
    boolean running = state.equals("running");
    return new JobView(
        id,
        "notes",
        "embed-folder",
        state,
        "anyone",
        4,
        false,
        null,
        null,
        NOON,
        running ? null : NOON.plusSeconds(8),
        7,
        tasks,
        totals,
        List.of(
            new NodeShare("n1", "attic", 3, Map.of("vectors", 80L), NOON, NOON.plusSeconds(4))));
  }

  /// @param bytesMax of a blob, and of a document
  public static LimitsView limits(long bytesMax) {
    return new LimitsView(
        bytesMax, bytesMax, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 500, 30, 0, 0, 0, 0, 0, 0, 0);
  }
}
