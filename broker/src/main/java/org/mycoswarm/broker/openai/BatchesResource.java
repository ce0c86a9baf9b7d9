package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.jspecify.annotations.Nullable;

/// Many requests in a file, done when the nodes find the time.
@Path("v1/batches")
@Produces(MediaType.APPLICATION_JSON)
public final class BatchesResource {
  private static final int LIMIT = 20;
  private static final int LIMIT_MAX = 100;

  private final Batches batches;
  private final Runnable roomCheck;

  /// @param roomCheck throws when the disk takes nothing new
  public BatchesResource(Batches batches, Runnable roomCheck) {
    this.batches = batches;
    this.roomCheck = roomCheck;
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public JsonNode create(JsonNode request) {
    roomCheck.run();
    return batches.create(request);
  }

  @GET
  public JsonNode list(
      @QueryParam("limit") @Nullable String limit, @QueryParam("after") @Nullable String after) {
    return Pages.page(batches.all(), limit, after, LIMIT, LIMIT_MAX, batches::view);
  }

  @GET
  @Path("{batch}")
  public JsonNode one(@PathParam("batch") String id) {
    return batches.view(batches.get(id));
  }

  @POST
  @Path("{batch}/cancel")
  public JsonNode cancel(@PathParam("batch") String id) throws InterruptedException {
    return batches.cancel(id);
  }
}
