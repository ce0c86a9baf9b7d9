package org.mycoswarm.broker.api;

import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.mycoswarm.queue.domain.Command.LeaveNode;
import org.mycoswarm.queue.domain.Command.SetNodeMode;
import org.mycoswarm.queue.domain.Event.LeaseReleased;
import org.mycoswarm.queue.domain.Node;
import org.mycoswarm.queue.domain.NodeId;
import org.mycoswarm.queue.domain.NodeMode;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.queue.engine.Answer;
import org.mycoswarm.schema.wire.Left;
import org.mycoswarm.schema.wire.ModeView;

/// Whether nodes get new work. `pause` keeps new leases from a node; `drain` also asks it to hand
/// back what it has not begun; `resume` ends both.
@Path("api/v1/nodes")
@Produces(MediaType.APPLICATION_JSON)
public final class NodeControlResource {
  private final QueueGateway queue;
  private final Orders orders;

  NodeControlResource(QueueGateway queue, Orders orders) {
    this.queue = queue;
    this.orders = orders;
  }

  @POST
  @Path("{node}/pause")
  public ModeView pause(@PathParam("node") String node) throws InterruptedException {
    return mode(node, NodeMode.PAUSED);
  }

  @POST
  @Path("{node}/drain")
  public ModeView drain(@PathParam("node") String node) throws InterruptedException {
    return mode(node, NodeMode.DRAINING);
  }

  @POST
  @Path("{node}/resume")
  public ModeView resume(@PathParam("node") String node) throws InterruptedException {
    return mode(node, NodeMode.ACTIVE);
  }

  /// A node that stops says so: what it holds goes to others at once, and calls of its own that
  /// still wait are answered with nothing.
  @POST
  @Path("{node}/leave")
  public Left leave(@PathParam("node") String inPath) throws InterruptedException {
    NodeId node = Inputs.node(inPath);
    Answer answer = orders.give("node.leave", new LeaveNode(node));
    queue.left(node);
    List<String> released =
        answer instanceof Answer.Accepted accepted
            ? accepted.events().stream()
                .map(event -> ((LeaseReleased) event).lease().toString())
                .toList()
            : List.of();
    return new Left(inPath, released);
  }

  private ModeView mode(String inPath, NodeMode mode) throws InterruptedException {
    NodeId node = Inputs.node(inPath);
    orders.give("node." + mode, new SetNodeMode(node, mode));
    int leases =
        queue
            .look(state -> state.node(node).map(Node::leases))
            .orElseThrow(() -> Problems.of(new Rejection.NodeUnknown(node)));
    return new ModeView(inPath, mode.toString(), leases);
  }
}
