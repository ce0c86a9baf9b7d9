package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.log.LogPosition;
import org.mycoswarm.schema.wire.JobView;

/// One job's part of the log, live.
@Path("api/v1/jobs/{job}/events")
@Produces(MediaType.SERVER_SENT_EVENTS)
public final class JobEventsResource {
  private final Lookups lookups;
  private final EventStreams streams;

  JobEventsResource(Lookups lookups, EventStreams streams) {
    this.lookups = lookups;
    this.streams = streams;
  }

  @GET
  public Response ofJob(
      @PathParam("job") String id,
      @HeaderParam("Last-Event-ID") @Nullable String lastId,
      @QueryParam("after") @Nullable String after)
      throws InterruptedException {
    JobId job = Inputs.job(id);
    JobView view = lookups.job(job);
    LogPosition endsAt = view.finishedAt() == null ? null : new LogPosition(view.position());
    return streams.ofJob(job, lookups.submission(job), endsAt, lastId, after);
  }

  /// A stream has no end to take the head of; without this Jersey would open one and wait.
  @HEAD
  public Response head() {
    return Response.status(405).allow("GET").build();
  }
}
