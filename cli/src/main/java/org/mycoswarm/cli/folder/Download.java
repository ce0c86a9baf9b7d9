package org.mycoswarm.cli.folder;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;

/// Brings an answer of any size into a file, which appears whole or not at all.
public final class Download {
  private Download() {}

  public static void to(BrokerClient client, String path, Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    check(file);
    try {
      client.copy(path, () -> new BufferedOutputStream(Files.newOutputStream(part), 1 << 16));
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw unwritable(file, e.toString());
    }
  }

  /// A folder that cannot be written to must not look like a lost connection.
  private static void check(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder)) {
      throw unwritable(file, "its folder cannot be written to");
    }
  }

  private static CommandFailed unwritable(Path file, String found) {
    return new CommandFailed(
        ExitCode.USAGE,
        "Expected to write '%s', but %s. Nothing was changed; name another file."
            .formatted(file, found));
  }
}
