package org.mycoswarm.cli.command;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.folder.Download;
import picocli.CommandLine.Option;

/// Where a command puts what it fetches: a file, or standard output.
final class OutputOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Writes there; the file appears whole or not at all.")
  private @Nullable Path output;

  /// @param binary whether it is no text, and so nothing for a terminal
  /// @throws CommandFailed when it would go to a terminal all the same; nothing was fetched
  void fetch(Mycoswarm root, String path, boolean binary) {
    if (output == null && binary && root.surroundings().columns() > 0) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "Expected a file for binary data, but this is a terminal; nothing was fetched. Add -o FILE.");
    }
    try (BrokerClient client = root.client()) {
      if (output == null) {
        client.copy(path, () -> StandardOutput.of(root.surroundings()));
      } else {
        Download.to(client, path, output);
      }
    }
  }
}
