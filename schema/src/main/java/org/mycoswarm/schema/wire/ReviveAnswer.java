package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was revived, or would be.
///
/// @param count how many tasks the filter meets
/// @param first the first of them
public record ReviveAnswer(boolean dryRun, int count, List<Revived> first) {
  public record Revived(String task, String kind, String label, @Nullable String reason) {}
}
