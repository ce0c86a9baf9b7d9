package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.SetThrottle;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.Throttle;
import org.mycoswarm.schema.wire.Page;
import org.mycoswarm.schema.wire.ThrottleView;

/// How much of one kind, or of one limit key, may run.
@Path("api/v1/throttles")
@Produces(MediaType.APPLICATION_JSON)
public final class ThrottlesResource {
  private final Orders orders;
  private final Views views;

  ThrottlesResource(Orders orders, Views views) {
    this.orders = orders;
    this.views = views;
  }

  @GET
  public Response list(@QueryParam(Views.AS_OF) @Nullable String asOf) throws InterruptedException {
    return views.answer(asOf, ThrottlesResource::all);
  }

  private static Page<ThrottleView> all(Views.View view) throws InterruptedException {
    List<ThrottleView> all =
        view.state().look(QueueState::throttles).entrySet().stream()
            .sorted(Comparator.comparing(entry -> entry.getKey().toString()))
            .map(entry -> view(entry.getKey(), entry.getValue()))
            .toList();
    return new Page<>(all, null);
  }

  @PUT
  @Path("{scope}")
  @Consumes(MediaType.APPLICATION_JSON)
  public ThrottleView set(@PathParam("scope") String inPath, ThrottleView wanted)
      throws InterruptedException {
    Throttle.Scope scope = Inputs.checked(() -> Throttle.Scope.parse(inPath));
    Throttle throttle = Inputs.checked(() -> new Throttle(wanted.concurrent(), wanted.perMinute()));
    orders.give("throttle.set", new SetThrottle(scope, throttle));
    return view(scope, throttle);
  }

  @DELETE
  @Path("{scope}")
  public ThrottleView lift(@PathParam("scope") String inPath) throws InterruptedException {
    Throttle.Scope scope = Inputs.checked(() -> Throttle.Scope.parse(inPath));
    orders.give("throttle.lift", new SetThrottle(scope, Throttle.NONE));
    return view(scope, Throttle.NONE);
  }

  private static ThrottleView view(Throttle.Scope scope, Throttle throttle) {
    return new ThrottleView(scope.toString(), throttle.concurrentMax(), throttle.perMinuteMax());
  }
}
