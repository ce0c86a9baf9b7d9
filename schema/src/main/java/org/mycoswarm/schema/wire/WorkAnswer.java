package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answer to a call for work.
///
/// @param results one for each report, in the same order
/// @param leases tasks that are now the node's
/// @param mode of the node: `active`; `paused`, when it gets no more leases; or `draining`, when it
///     should also hand back what it has not begun
public record WorkAnswer(
    List<ReportAnswer> results, List<LeaseGrant> leases, @Nullable String mode) {
  /// @param status `accepted`, or `refused`: the lease is not held any more (or the report is not
  ///     in
  ///     order), and the node drops the work
  public record ReportAnswer(String lease, String status, @Nullable String reason) {}
}
