package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.mycoswarm.schema.wire.TaskView;

/// Single tasks.
@Path("api/v1/tasks")
@Produces(MediaType.APPLICATION_JSON)
public final class TasksResource {
  private final Lookups lookups;

  TasksResource(Lookups lookups) {
    this.lookups = lookups;
  }

  @GET
  @Path("{task}")
  public TaskView one(@PathParam("task") String task) throws InterruptedException {
    return lookups.task(Inputs.task(task));
  }
}
