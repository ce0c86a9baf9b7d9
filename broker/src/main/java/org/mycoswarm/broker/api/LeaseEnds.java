package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.WorkAnswer.ReportAnswer;

/// Ends one lease, whichever way the report came in.
final class LeaseEnds {
  private final Reports reports;
  private final Orders orders;

  LeaseEnds(Reports reports, Orders orders) {
    this.reports = reports;
    this.orders = orders;
  }

  /// @param id of the lease, as it is in the path
  /// @param status how it ended; what the body says about both is passed over
  /// @throws ProblemException when the report is not in order, or the lease is not held any more
  ReportAnswer answer(String id, String status, JsonNode body) throws InterruptedException {
    LeaseId lease = Inputs.lease(id);
    if (!(body instanceof ObjectNode report)) {
      throw ProblemException.badRequest(
          "Expected a JSON object (ResultReport), but it is something else; the report was dropped");
    }
    report.put("lease", lease.toString()).put("status", status);
    orders.give(
        "lease." + status, reports.command(StrictJson.read((JsonNode) report, ResultReport.class)));
    return new ReportAnswer(lease.toString(), "accepted", null);
  }
}
