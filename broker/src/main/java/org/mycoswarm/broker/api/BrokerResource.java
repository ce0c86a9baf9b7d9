package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Limits;
import org.mycoswarm.schema.wire.BrokerIdentity;
import org.mycoswarm.schema.wire.BrokerView;
import org.mycoswarm.schema.wire.LimitsView;

/// The broker itself: who it is, what it takes, and the description of this interface.
@Path("api/v1")
@Produces(MediaType.APPLICATION_JSON)
public final class BrokerResource {
  private static final String OPENAPI = "/org/mycoswarm/schema/openapi.json";
  private static final Pattern NONCE = Pattern.compile("([0-9A-Fa-f]{2}){16,64}");

  private final BrokerFacts facts;
  private final QueueGateway queue;
  private final LogKeeping log;
  private final LimitsView limits;

  BrokerResource(
      BrokerFacts facts, QueueGateway queue, LogKeeping log, Limits limits, HttpLimits httpLimits) {
    this.facts = facts;
    this.queue = queue;
    this.log = log;
    this.limits = httpLimits.with(limits);
  }

  @GET
  public BrokerView broker(@Context UriInfo uri) {
    return new BrokerView(
        facts.broker(),
        facts.version(),
        facts.incarnation(),
        facts.startedAt(),
        queue.durable().value(),
        facts.token() != null,
        uri.getBaseUri().resolve("/console/").toString(),
        log.view(),
        log.freeBytes(),
        log.tablesBehind());
  }

  @GET
  @Path("identity")
  public BrokerIdentity identity(@QueryParam("nonce") @Nullable String nonce) {
    if (nonce == null || !NONCE.matcher(nonce).matches()) {
      throw ProblemException.badRequest(
          "Expected a nonce of 16 to 64 bytes as hexadecimal digits, but it is %s"
              .formatted(nonce == null ? "absent" : "'" + nonce + "'"));
    }
    String token = facts.token();
    String proof = token == null ? "" : IdentityProof.of(token, facts.broker(), nonce);
    return new BrokerIdentity(facts.broker(), proof);
  }

  @GET
  @Path("limits")
  public LimitsView limits() {
    return limits;
  }

  @GET
  @Path("openapi.json")
  public String openapi() {
    try (InputStream in = BrokerResource.class.getResourceAsStream(OPENAPI)) {
      if (in == null) {
        throw new IllegalStateException("Expected %s on the class path".formatted(OPENAPI));
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
