package org.mycoswarm.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

@Command(
    name = "replay",
    header = "Shows the state after any entry of the log.",
    description = {
      "Makes the state of the queue anew from the log of the home, up to a position or a time, and",
      "shows it; while no broker uses the home. Its own options are passed on to it."
    })
final class ReplayCommand implements Callable<Integer> {
  private final Mycoswarm root;

  /// Also `--help`: the program itself knows its options best.
  @Unmatched private final List<String> options = new ArrayList<>();

  ReplayCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    List<String> all = new ArrayList<>(List.of("replay"));
    all.addAll(options);
    return PassOn.run(root, "mycoswarm-broker", false, all);
  }
}
