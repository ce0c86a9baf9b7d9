package org.mycoswarm.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(
    name = "node",
    description = {
      "Runs a node in the foreground, until Ctrl-C: it finds a broker and pulls work.",
      "Its own options are passed on to it."
    })
final class NodeCommand implements Callable<Integer> {
  private final Mycoswarm root;

  /// Also `--help`: the program itself knows its options best.
  @Unmatched private final List<String> options = new ArrayList<>();

  NodeCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    return PassOn.run(root, "mycoswarm-node-agent", true, options);
  }
}
