package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "export",
    header = "Writes the log as lines of JSON.",
    description = {
      "Writes the log as lines of JSON. jsonl: an entry a line, all that the log holds, for `log",
      "import`. cloudevents: an event a line, as a CloudEvent 1.0 for other programs."
    },
    footer = {"%nExample:", "  ./mycoswarm log export -o log.jsonl"})
final class LogExportCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      description = "The first entry. Default: the first that the log holds")
  private @Nullable Long from;

  @Option(
      names = "--to",
      paramLabel = "POSITION",
      description = "The last entry. Default: where the log ends now")
  private @Nullable Long to;

  @Option(
      names = "--format",
      paramLabel = "jsonl|cloudevents",
      description = "Default: ${DEFAULT-VALUE}")
  private Format format = Format.jsonl;

  @Mixin private final OutputOption output = new OutputOption();

  /// The words of the API.
  enum Format {
    jsonl,
    cloudevents
  }

  LogExportCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    String path =
        "/api/v1/log/export?format="
            + format
            + (from == null ? "" : "&after=" + Math.max(0, from - 1))
            + (to == null ? "" : "&to=" + to);
    output.fetch(root, path, false);
    return 0;
  }
}
