package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import org.mycoswarm.broker.results.JobReports;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.schema.wire.JobReport;
import org.mycoswarm.schema.wire.JobView;

/// What became of each file of a job.
@Path("api/v1/jobs/{job}/report")
@Produces(MediaType.APPLICATION_JSON)
public final class JobReportResource {
  private final Lookups lookups;
  private final JobReports reports;

  JobReportResource(Lookups lookups, JobReports reports) {
    this.lookups = lookups;
    this.reports = reports;
  }

  @GET
  public JobReport report(@PathParam("job") String id) throws InterruptedException, IOException {
    JobId job = Inputs.job(id);
    JobView view = lookups.job(job);
    if (!view.kind().equals(JobReports.KIND)) {
      throw new ProblemException(
          ProblemType.WRONG_KIND,
          "Expected a job of kind '%s', but job '%s' is of kind '%s'; only that kind has files to report on"
              .formatted(JobReports.KIND, job, view.kind()));
    }
    return reports.report(job).orElseThrow();
  }
}
