package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.schema.wire.ModeView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Whether a node gets new leases.
abstract class NodeModeCommand implements Callable<Integer> {
  private final Mycoswarm root;
  private final String call;

  @Parameters(paramLabel = "NODE", description = "The node's id, as 'mycoswarm nodes' lists it.")
  private String node = "";

  private NodeModeCommand(Mycoswarm root, String call) {
    this.root = root;
    this.call = call;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      ModeView view =
          Wire.read(
              client.post("/api/v1/nodes/" + BrokerClient.segment(node) + "/" + call),
              ModeView.class);
      root.surroundings()
          .out()
          .println(
              "Node %s is %s; it holds %d leases."
                  .formatted(view.node(), view.mode(), view.leases()));
    }
    return 0;
  }

  @Command(
      name = "drain",
      header = "Gives a node no more work, and asks it to hand back what it has not begun.",
      description = "For a machine that you want to switch off: wait until it holds no leases.")
  static final class Drain extends NodeModeCommand {
    Drain(Mycoswarm root) {
      super(root, "drain");
    }
  }

  @Command(
      name = "pause",
      header = "Gives a node no more work; it goes on with what it holds.",
      description = "Gives a node no more work; it goes on with what it holds.")
  static final class Pause extends NodeModeCommand {
    Pause(Mycoswarm root) {
      super(root, "pause");
    }
  }

  @Command(
      name = "resume",
      header = "Gives a paused or drained node work again.",
      description = "Gives a paused or drained node work again.")
  static final class Resume extends NodeModeCommand {
    Resume(Mycoswarm root) {
      super(root, "resume");
    }
  }
}
