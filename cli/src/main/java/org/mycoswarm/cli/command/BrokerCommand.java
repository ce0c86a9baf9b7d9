package org.mycoswarm.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(
    name = "broker",
    header = "Runs a broker alone.",
    description =
        "Runs a broker alone, in the foreground, until Ctrl-C. Its own options are passed on to it.")
final class BrokerCommand implements Callable<Integer> {
  private final Mycoswarm root;

  /// Also `--help`: the program itself knows its options best.
  @Unmatched private final List<String> options = new ArrayList<>();

  BrokerCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    return PassOn.run(root, "mycoswarm-broker", false, options);
  }
}
