package org.mycoswarm.cli.command;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "import",
    header = "Makes the log of a new home from an export.",
    description = {
      "Makes the log of a new home, named with --home, from what `log export` wrote. Every entry is",
      "checked before anything is written. Blobs are not in an export: copy the folder 'blobs' as",
      "well."
    },
    footer = {"%nExample:", "  ./mycoswarm log import log.jsonl --home /data/new-home"})
final class LogImportCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(paramLabel = "FILE", description = "What `log export` wrote, from entry 1 on.")
  private @Nullable Path file;

  LogImportCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    return PassOn.run(
        root, "mycoswarm-broker", false, List.of("log", "import", String.valueOf(file)));
  }
}
