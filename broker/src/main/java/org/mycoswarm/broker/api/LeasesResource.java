package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.mycoswarm.queue.domain.LeaseId;
import org.mycoswarm.schema.wire.ResultReport;
import org.mycoswarm.schema.wire.WorkAnswer.ReportAnswer;

/// How single leases end. Nodes of ours report in the call for work; these calls are for those who
/// write their own.
@Path("api/v1/leases/{lease}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class LeasesResource {
  private final Reports reports;
  private final Orders orders;

  LeasesResource(Reports reports, Orders orders) {
    this.reports = reports;
    this.orders = orders;
  }

  @POST
  @Path("complete")
  public ReportAnswer complete(@PathParam("lease") String lease, JsonNode report)
      throws InterruptedException {
    return end(lease, Reports.COMPLETED, report);
  }

  @POST
  @Path("fail")
  public ReportAnswer fail(@PathParam("lease") String lease, JsonNode report)
      throws InterruptedException {
    return end(lease, Reports.FAILED, report);
  }

  @POST
  @Path("release")
  public ReportAnswer release(@PathParam("lease") String lease, JsonNode report)
      throws InterruptedException {
    return end(lease, Reports.RELEASED, report);
  }

  private ReportAnswer end(String id, String status, JsonNode body) throws InterruptedException {
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
