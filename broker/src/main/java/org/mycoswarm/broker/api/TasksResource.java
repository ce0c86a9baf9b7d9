package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.TaskId;

/// Single tasks.
@Path("api/v1/tasks")
@Produces(MediaType.APPLICATION_JSON)
public final class TasksResource {
  private final Views views;

  TasksResource(Views views) {
    this.views = views;
  }

  @GET
  @Path("{task}")
  public Response one(
      @PathParam("task") String task, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    TaskId id = Inputs.task(task);
    return views.answer(asOf, view -> view.lookups().task(id));
  }
}
