package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.models.ModelRecord;
import org.mycoswarm.broker.models.ModelRejected;
import org.mycoswarm.broker.models.Models;
import org.mycoswarm.broker.pipelines.ModelPlans;
import org.mycoswarm.broker.records.RecordRefused;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.schema.wire.ModelFile;
import org.mycoswarm.schema.wire.ModelSubmission;
import org.mycoswarm.schema.wire.ModelView;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.PlanView;

/// The models that people registered.
@Path("api/v1/models")
@Produces(MediaType.APPLICATION_JSON)
public final class ModelsResource {
  private static final int PATH_CHARACTERS_MAX = 500;

  private final Models models;
  private final ModelPlans plans;
  private final RoomCheck room;
  private final Views views;

  ModelsResource(Models models, ModelPlans plans, RoomCheck room, Views views) {
    this.models = models;
    this.plans = plans;
    this.room = room;
    this.views = views;
  }

  @GET
  public Response all(@QueryParam(Views.AS_OF) @Nullable String asOf) throws InterruptedException {
    return views.answer(
        asOf,
        view ->
            new Page<>(Models.all(view.records()).stream().map(ModelRecord::view).toList(), null));
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public Response add(ModelSubmission submission) throws IOException {
    room.admitNew();
    require(submission);
    try {
      ModelView added = models.add(submission);
      return Response.created(URI.create("/api/v1/models/" + added.name())).entity(added).build();
    } catch (ModelRejected e) {
      throw new ProblemException(ProblemType.UNPROCESSABLE, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw ProblemException.badRequest(e.getMessage() + "; nothing was registered");
    } catch (RecordRefused e) {
      throw Problems.of(e.why());
    }
  }

  private static void require(ModelSubmission submission) {
    List<ModelFile> files = submission.files();
    for (ModelFile file : files) {
      BlobHash _ = Inputs.blob(file.blob());
      if (file.path().isBlank() || file.path().length() > PATH_CHARACTERS_MAX) {
        throw ProblemException.badRequest(
            "Expected paths of 1 to %d characters in 'files', but one is not; nothing was registered"
                .formatted(PATH_CHARACTERS_MAX));
      }
    }
  }

  @GET
  @Path("{model}")
  public Response model(
      @PathParam("model") String model, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    return views.answer(asOf, view -> find(model, Models.all(view.records())).view());
  }

  @GET
  @Path("{model}/plan")
  public PlanView plan(@PathParam("model") String model) {
    try {
      return plans.plan(find(model));
    } catch (ModelRejected e) {
      throw new ProblemException(ProblemType.UNPROCESSABLE, String.valueOf(e.getMessage()));
    }
  }

  @DELETE
  @Path("{model}")
  public Response remove(@PathParam("model") String model) {
    models.remove(find(model).name());
    return Response.noContent().build();
  }

  private ModelRecord find(String model) {
    return find(model, models.all());
  }

  private static ModelRecord find(String model, List<ModelRecord> all) {
    return Models.find(model, all).orElseThrow(() -> unknown(model, all));
  }

  static ProblemException unknown(String model, List<ModelRecord> all) {
    List<String> names = all.stream().map(ModelRecord::name).toList();
    return ProblemException.notFound(
        "Expected the name or digest of a registered model, but it is '%s'. Registered: %s"
            .formatted(model, names.isEmpty() ? "none" : String.join(", ", names)));
  }
}
