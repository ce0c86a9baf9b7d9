package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.results.JobReports;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.JobView;

/// What became of each file of a job.
@Path("api/v1/jobs/{job}/report")
@Produces(MediaType.APPLICATION_JSON)
public final class JobReportResource {
  private final Views views;

  JobReportResource(Views views) {
    this.views = views;
  }

  @GET
  public Response report(
      @PathParam("job") String id, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException, IOException {
    JobId job = Inputs.job(id);
    return views.answer(asOf, view -> report(job, view));
  }

  private static JobReport report(JobId job, Views.View then)
      throws InterruptedException, IOException {
    JobView view = then.lookups().job(job);
    if (!view.kind().equals(JobReports.KIND)) {
      throw new ProblemException(
          ProblemType.WRONG_KIND,
          "Expected a job of kind '%s', but job '%s' is of kind '%s'; only that kind has files to report on"
              .formatted(JobReports.KIND, job, view.kind()));
    }
    return then.reports().report(job).orElseThrow();
  }
}
