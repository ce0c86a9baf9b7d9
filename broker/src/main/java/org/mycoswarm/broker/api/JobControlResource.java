package org.mycoswarm.broker.api;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.mycoswarm.queue.domain.Command.PauseJob;
import org.mycoswarm.queue.domain.Command.ResumeJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.schema.wire.JobView;

/// Jobs that run: hold them back, and let them go on.
@Path("api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobControlResource {
  private final Orders orders;
  private final Lookups lookups;

  JobControlResource(Orders orders, Lookups lookups) {
    this.orders = orders;
    this.lookups = lookups;
  }

  @POST
  @Path("{job}/pause")
  public JobView pause(@PathParam("job") String inPath) throws InterruptedException {
    JobId job = Inputs.job(inPath);
    orders.give("job.pause", new PauseJob(job));
    return lookups.job(job);
  }

  @POST
  @Path("{job}/resume")
  public JobView resume(@PathParam("job") String inPath) throws InterruptedException {
    JobId job = Inputs.job(inPath);
    orders.give("job.resume", new ResumeJob(job));
    return lookups.job(job);
  }
}
