package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.SubmitCall.Submitted;
import org.mycoswarm.queue.domain.Command.CancelJob;
import org.mycoswarm.queue.domain.JobId;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.schema.wire.JobView;
import org.mycoswarm.schema.wire.SubmitRequest;

/// Jobs: submit, look at, cancel.
@Path("api/v1/jobs")
@Produces(MediaType.APPLICATION_JSON)
public final class JobsResource {
  private final SubmitCall submit;
  private final Orders orders;
  private final Lookups lookups;
  private final Views views;
  private final HttpLimits limits;

  JobsResource(SubmitCall submit, Orders orders, Lookups lookups, Views views, HttpLimits limits) {
    this.submit = submit;
    this.orders = orders;
    this.lookups = lookups;
    this.views = views;
    this.limits = limits;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response submit(
      @HeaderParam("Idempotency-Key") @Nullable String key, SubmitRequest request)
      throws InterruptedException {
    Submitted submitted = submit.answer(request, key);
    return submitted.repeated()
        ? Response.ok(submitted.job()).header("Idempotent-Replayed", true).build()
        : created(submitted.job());
  }

  @GET
  public Response list(
      @QueryParam("state") @Nullable String state,
      @QueryParam("batch") @Nullable String batch,
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    int items = Inputs.limit(limit, limits.pageItemsMax());
    return views.answer(asOf, view -> view.lookups().jobs(state, batch, kind, items, cursor));
  }

  @GET
  @Path("{job}")
  public Response one(@PathParam("job") String job, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    JobId id = Inputs.job(job);
    return views.answer(asOf, view -> view.lookups().job(id));
  }

  @POST
  @Path("{job}/cancel")
  public JobView cancel(@PathParam("job") String id) throws InterruptedException {
    JobId job = Inputs.job(id);
    lookups.job(job);
    return switch (orders.ask("job.cancel", new CancelJob(job))) {
      case Answer.Accepted _, Answer.Repeated _ -> lookups.job(job);
      // It has ended: cancelling does nothing, and the answer shows how it ended.
      case Answer.Rejected(Rejection.JobNotRunning _) -> lookups.job(job);
      case Answer.Rejected(Rejection why) -> throw Problems.of(why);
    };
  }

  @GET
  @Path("{job}/tasks")
  public Response tasks(
      @PathParam("job") String job,
      @QueryParam("state") @Nullable String state,
      @QueryParam("kind") @Nullable String kind,
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    int items = Inputs.limit(limit, limits.pageItemsMax());
    JobId id = Inputs.job(job);
    return views.answer(asOf, view -> view.lookups().tasks(id, state, kind, items, cursor));
  }

  private static Response created(JobView job) {
    return Response.created(URI.create("/api/v1/jobs/" + job.job())).entity(job).build();
  }
}
