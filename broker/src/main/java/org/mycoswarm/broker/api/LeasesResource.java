package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.mycoswarm.schema.wire.WorkAnswer.ReportAnswer;

/// How single leases end. Nodes of ours report in the call for work; these calls are for those who
/// write their own.
@Path("api/v1/leases/{lease}")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class LeasesResource {
  private final LeaseEnds ends;

  LeasesResource(LeaseEnds ends) {
    this.ends = ends;
  }

  @POST
  @Path("complete")
  public ReportAnswer complete(@PathParam("lease") String lease, JsonNode report)
      throws InterruptedException {
    return ends.answer(lease, Reports.COMPLETED, report);
  }

  @POST
  @Path("fail")
  public ReportAnswer fail(@PathParam("lease") String lease, JsonNode report)
      throws InterruptedException {
    return ends.answer(lease, Reports.FAILED, report);
  }

  @POST
  @Path("release")
  public ReportAnswer release(@PathParam("lease") String lease, JsonNode report)
      throws InterruptedException {
    return ends.answer(lease, Reports.RELEASED, report);
  }
}
