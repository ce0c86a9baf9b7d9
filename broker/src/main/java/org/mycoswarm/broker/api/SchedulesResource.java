package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.schedules.ScheduleViews;
import org.mycoswarm.broker.schedules.Schedules;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.ScheduleOrder;
import org.mycoswarm.schema.wire.ScheduleView;

/// What runs by the clock, or after a folder has changed.
@Path("api/v1/schedules")
@Produces(MediaType.APPLICATION_JSON)
public final class SchedulesResource {
  private static final int ACCEPTED = 202;

  private final Schedules schedules;
  private final RoomCheck room;
  private final Views views;

  SchedulesResource(Schedules schedules, RoomCheck room, Views views) {
    this.schedules = schedules;
    this.room = room;
    this.views = views;
  }

  @GET
  public Response list(@QueryParam(Views.AS_OF) @Nullable String asOf) throws InterruptedException {
    return views.answer(asOf, view -> new Page<>(of(view).all(), null));
  }

  @GET
  @Path("{name}")
  public Response get(
      @PathParam("name") String name, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    return views.answer(asOf, view -> found(name, of(view).get(name)));
  }

  private ScheduleViews of(Views.View view) {
    return view.live() ? schedules.views() : new ScheduleViews(view.records(), view.clock());
  }

  @PUT
  @Path("{name}")
  @Consumes(MediaType.APPLICATION_JSON)
  public ScheduleView put(@PathParam("name") String name, ScheduleOrder order) {
    room.admitNew();
    return Inputs.checked(() -> schedules.put(name, order));
  }

  @DELETE
  @Path("{name}")
  public ScheduleView remove(@PathParam("name") String name) {
    ScheduleView was = found(name, schedules.views().get(name));
    schedules.remove(name);
    return was;
  }

  @POST
  @Path("{name}/run")
  public Response run(@PathParam("name") String name) {
    return Response.status(ACCEPTED).entity(found(name, schedules.ask(name))).build();
  }

  @POST
  @Path("{name}/pause")
  public ScheduleView pause(@PathParam("name") String name) {
    return found(name, schedules.enable(name, false));
  }

  @POST
  @Path("{name}/resume")
  public ScheduleView resume(@PathParam("name") String name) {
    return found(name, schedules.enable(name, true));
  }

  @GET
  @Path("{name}/runs")
  public Response runs(
      @PathParam("name") String name, @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    return views.answer(asOf, view -> found(name, of(view).runs(name)));
  }

  private static <T> T found(String name, Optional<T> found) {
    return found.orElseThrow(
        () ->
            ProblemException.notFound(
                "Expected a schedule '%s', but there is none; GET /api/v1/schedules lists them"
                    .formatted(Inputs.shown(name))));
  }
}
