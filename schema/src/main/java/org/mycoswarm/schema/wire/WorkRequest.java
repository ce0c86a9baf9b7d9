package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of `POST /api/v1/nodes/{node}/work`: reports results and asks for more in one call.
///
/// @param results of leases that ended; each is answered on its own
/// @param want how many tasks the node takes now, 0 for none
/// @param waitSeconds how long to wait for the first task when there is none: 0 to 30
/// @param maxCost how much the costs of the leased tasks may come to, 1 or more; a single task of a
///     higher cost is given alone. Any when absent
public record WorkRequest(
    List<ResultReport> results, int want, int waitSeconds, @Nullable Long maxCost) {
  /// One that takes tasks of any cost.
  public WorkRequest(List<ResultReport> results, int want, int waitSeconds) {
    this(results, want, waitSeconds, null);
  }
}
