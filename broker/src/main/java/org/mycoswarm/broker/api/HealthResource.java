package org.mycoswarm.broker.api;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// Says that the broker serves, for whoever watches the process.
@Path("healthz")
@Produces(MediaType.TEXT_PLAIN)
public final class HealthResource {
  @GET
  public String health() {
    return "ok";
  }
}
