package org.mycoswarm.broker.api;

import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.mycoswarm.broker.pipelines.Pipelines;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.PipelineView;

/// The registered models that run now. One begins to run when it is asked for.
@Path("api/v1/pipelines")
@Produces(MediaType.APPLICATION_JSON)
public final class PipelinesResource {
  private final Pipelines pipelines;

  PipelinesResource(Pipelines pipelines) {
    this.pipelines = pipelines;
  }

  @GET
  public Page<PipelineView> all() {
    return new Page<>(pipelines.all(), null);
  }

  @DELETE
  @Path("{pipeline}")
  public Response end(@PathParam("pipeline") String pipeline) {
    if (!pipelines.end(pipeline)) {
      throw ProblemException.notFound(
          "Expected the id of a pipeline that runs, but there is none '%s'".formatted(pipeline));
    }
    return Response.noContent().build();
  }
}
