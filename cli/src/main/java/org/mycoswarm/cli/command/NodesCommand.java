package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.NodeView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "nodes",
    header = "Lists the nodes of the swarm.",
    description = "Lists the nodes: what they have proved they can do, and what they lease now.")
final class NodesCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Mixin private final ListingOptions listing = new ListingOptions();

  NodesCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      List<JsonNode> nodes = client.list("/api/v1/nodes", listing.limit());
      listing.print(root.surroundings().out(), nodes, NodesCommand::table);
    }
    return 0;
  }

  private static Table table(List<JsonNode> nodes) {
    Table table = new Table("NODE", "NAME", "STATE", "LEASES", "LAST SEEN", "CAN DO");
    for (JsonNode each : nodes) {
      NodeView node = Wire.read(each, NodeView.class);
      table.row(
          node.node(),
          node.name(),
          node.state(),
          Integer.toString(node.leases().size()),
          Figures.instant(node.lastSeenAt()),
          node.capabilities().stream().map(NodesCommand::words).collect(Collectors.joining(", ")));
    }
    return table;
  }

  private static String words(CapabilityView can) {
    String words = can.kind() + (can.modelName() == null ? "" : " " + can.modelName());
    String rate =
        can.rate() > 0 && can.unit() != null
            ? ", " + Figures.rate(can.rate()) + " " + can.unit() + "/s"
            : "";
    return words + " (" + can.device() + rate + ")";
  }
}
