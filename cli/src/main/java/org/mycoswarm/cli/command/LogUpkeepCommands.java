package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import picocli.CommandLine.Command;

/// What can be done for the log beside reading it.
final class LogUpkeepCommands {
  private LogUpkeepCommands() {}

  @Command(
      name = "snapshot",
      header = "Lets the broker write a snapshot now.",
      description =
          "Lets the broker write its state to the disk now; a start reads the log from there.")
  static final class Snapshot implements Callable<Integer> {
    private final Mycoswarm root;

    Snapshot(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      return post(root, "/api/v1/log/snapshot");
    }
  }

  @Command(
      name = "compact",
      header = "Drops old entries to make room.",
      description =
          "Lets the broker drop the entries that a start no longer needs. They do not come back.")
  static final class Compact implements Callable<Integer> {
    private final Mycoswarm root;

    Compact(Mycoswarm root) {
      this.root = root;
    }

    @Override
    public Integer call() {
      return post(root, "/api/v1/log/compact");
    }
  }

  private static int post(Mycoswarm root, String path) {
    try (BrokerClient client = root.client()) {
      root.surroundings().out().println(Wire.pretty(client.post(path)));
    }
    return 0;
  }
}
