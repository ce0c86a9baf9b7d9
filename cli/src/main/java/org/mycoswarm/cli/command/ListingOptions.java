package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;
import java.util.function.Function;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.Page;
import picocli.CommandLine.Option;

/// What every listing understands.
final class ListingOptions {
  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most so many. Default: ${DEFAULT-VALUE}")
  private int limit = 1000;

  @Option(names = "--json", description = "Prints the API's own JSON, all pages as one.")
  private boolean json;

  int limit() {
    return Math.max(1, limit);
  }

  void print(PrintStream out, List<JsonNode> items, Function<List<JsonNode>, Table> table) {
    if (json) {
      out.println(Wire.pretty(new Page<>(items, null)));
    } else {
      table.apply(items).print(out);
    }
  }
}
