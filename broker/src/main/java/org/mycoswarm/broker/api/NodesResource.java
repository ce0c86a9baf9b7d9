package org.mycoswarm.broker.api;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.Command.RegisterNode;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.engine.LeaseDeadlines.Renewal;
import org.mycoswarm.schema.wire.NodeRegistered;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.RenewAnswer;
import org.mycoswarm.schema.wire.RenewRequest;
import org.mycoswarm.schema.wire.WorkAnswer;
import org.mycoswarm.schema.wire.WorkRequest;

/// Nodes: register, work, live.
@Path("api/v1/nodes")
@Produces(MediaType.APPLICATION_JSON)
public final class NodesResource {
  /// How long nodes are told to wait at most. A killed node's call is parked for as long, and new
  /// work may still be given to it; so it is short.
  private static final int POLL_SECONDS = 10;

  private final String broker;
  private final Duration heartbeat;
  private final HttpLimits limits;
  private final QueueGateway queue;
  private final Orders orders;
  private final WorkCalls work;
  private final Views views;

  /// @param heartbeat how often a node should be heard of
  NodesResource(
      String broker,
      Duration heartbeat,
      HttpLimits limits,
      QueueGateway queue,
      Orders orders,
      WorkCalls work,
      Views views) {
    this.broker = broker;
    this.heartbeat = heartbeat;
    this.limits = limits;
    this.queue = queue;
    this.orders = orders;
    this.work = work;
    this.views = views;
  }

  @GET
  public Response list(
      @QueryParam("limit") @Nullable String limit,
      @QueryParam("cursor") @Nullable String cursor,
      @QueryParam(Views.AS_OF) @Nullable String asOf)
      throws InterruptedException {
    int items = Inputs.limit(limit, limits.pageItemsMax());
    return views.answer(asOf, view -> view.lookups().nodes(items, cursor));
  }

  @POST
  @Consumes(MediaType.APPLICATION_JSON)
  public NodeRegistered register(NodeReport report) throws InterruptedException {
    NodeId node = Inputs.checked(() -> new NodeId(report.node()));
    orders.give("node.register", new RegisterNode(node, NodeProfiles.of(report)));
    queue.seen(node);
    return new NodeRegistered(
        node.value(),
        broker,
        Math.toIntExact(heartbeat.toSeconds()),
        Math.min(POLL_SECONDS, limits.pollSecondsMax()));
  }

  @POST
  @Path("{node}/work")
  @Consumes(MediaType.APPLICATION_JSON)
  public WorkAnswer work(@PathParam("node") String node, WorkRequest request)
      throws InterruptedException {
    return work.answer(Inputs.node(node), request);
  }

  @POST
  @Path("{node}/renew")
  @Consumes(MediaType.APPLICATION_JSON)
  public RenewAnswer renew(@PathParam("node") String id, RenewRequest request)
      throws InterruptedException {
    NodeId node = Inputs.node(id);
    Renewal renewal =
        queue
            .renew(node, Inputs.leases(request.leases()))
            .orElseThrow(() -> Problems.of(new Rejection.NodeUnknown(node)));
    return new RenewAnswer(
        renewal.renewed().stream().map(Object::toString).toList(),
        renewal.lost().stream().map(Object::toString).toList(),
        queue.mode(node).toString());
  }
}
