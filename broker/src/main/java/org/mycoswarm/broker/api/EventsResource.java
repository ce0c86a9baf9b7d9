package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.HEAD;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/// The log, live.
@Path("api/v1/events")
@Produces(MediaType.SERVER_SENT_EVENTS)
public final class EventsResource {
  private final EventStreams streams;

  EventsResource(EventStreams streams) {
    this.streams = streams;
  }

  @GET
  public Response all(
      @HeaderParam("Last-Event-ID") @Nullable String lastId,
      @QueryParam("after") @Nullable String after) {
    return streams.everything(lastId, after);
  }

  /// A stream has no end to take the head of; without this Jersey would open one and wait.
  @HEAD
  public Response head() {
    return Response.status(405).allow("GET").build();
  }
}
