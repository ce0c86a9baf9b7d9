package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answer to a call for work.
///
/// @param results one for each report, in the same order
/// @param leases tasks that are now the node's
public record WorkAnswer(List<ReportAnswer> results, List<LeaseGrant> leases) {
  /// @param status `accepted`, or `refused`: the lease is not held any more (or the report is not
  ///     in
  ///     order), and the node drops the work
  public record ReportAnswer(String lease, String status, @Nullable String reason) {}
}
