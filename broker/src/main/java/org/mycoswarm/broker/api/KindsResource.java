package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.SetKindPolicy;
import org.mycoswarm.queue.domain.KindPolicy;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.queue.domain.QueueState;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.schema.wire.KindPolicyView;
import org.mycoswarm.schema.wire.Page;

/// What tasks of a kind get when their submission does not say otherwise.
@Path("api/v1/kinds")
@Produces(MediaType.APPLICATION_JSON)
public final class KindsResource {
  private static final int KIND_CHARACTERS_MAX = 64;

  private final Orders orders;
  private final Views views;
  private final Limits limits;

  KindsResource(Orders orders, Views views, Limits limits) {
    this.orders = orders;
    this.views = views;
    this.limits = limits;
  }

  @GET
  public Response list(@QueryParam(Views.AS_OF) @Nullable String asOf) throws InterruptedException {
    return views.answer(asOf, KindsResource::all);
  }

  private static Page<KindPolicyView> all(Views.View view) throws InterruptedException {
    List<KindPolicyView> all =
        view.state().look(QueueState::policies).entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> view(entry.getKey(), entry.getValue()))
            .toList();
    return new Page<>(all, null);
  }

  @PUT
  @Path("{kind}")
  @Consumes(MediaType.APPLICATION_JSON)
  public KindPolicyView set(@PathParam("kind") String kind, KindPolicyView wanted)
      throws InterruptedException {
    Inputs.text("a task kind", kind, KIND_CHARACTERS_MAX);
    Inputs.between("maxAttempts", wanted.maxAttempts(), 1, limits.attemptsMax());
    Inputs.between("leaseSeconds", wanted.leaseSeconds(), 1, limits.leaseSecondsMax());
    KindPolicy policy =
        Inputs.checked(
            () ->
                new KindPolicy(
                    new RetryPolicy(
                        wanted.maxAttempts(),
                        seconds(wanted.firstDelaySeconds()),
                        seconds(wanted.delayMaxSeconds())),
                    Duration.ofSeconds(wanted.leaseSeconds())));
    orders.give("kind.set", new SetKindPolicy(kind, policy));
    return view(kind, policy);
  }

  private static KindPolicyView view(String kind, KindPolicy policy) {
    return new KindPolicyView(
        kind,
        policy.retry().attemptsMax(),
        policy.retry().firstDelay().toMillis() / 1e3,
        policy.retry().delayMax().toMillis() / 1e3,
        Math.toIntExact(policy.leaseTime().toSeconds()));
  }

  private static Duration seconds(double seconds) {
    if (!(seconds >= 0 && seconds <= 86_400)) {
      throw new IllegalArgumentException(
          "Expected a delay of 0 to 86400 seconds, but it is " + seconds);
    }
    return Duration.ofMillis(Math.round(seconds * 1e3));
  }
}
