package org.mycoswarm.cli.command;

import static org.mycoswarm.cli.output.Figures.instant;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.LogEntryView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "ls",
    header = "Lists entries of the log.",
    description = "Lists entries of the log in their order.",
    footer = {"%nExample: the next hundred", "  ./mycoswarm log ls --after 1200 --limit 100"})
final class LogListCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Mixin private final ListingOptions listing = new ListingOptions();

  @Option(
      names = "--after",
      paramLabel = "POSITION",
      description = "Only entries behind this position. Default: from the first that the log holds")
  private @Nullable Long after;

  LogListCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      listing.print(root.surroundings().out(), entries(client), LogListCommand::table);
    }
    return 0;
  }

  /// The position is the cursor.
  private List<JsonNode> entries(BrokerClient client) {
    List<JsonNode> entries = new ArrayList<>();
    Long behind = after;
    while (entries.size() < listing.limit()) {
      int want = Math.min(500, listing.limit() - entries.size());
      String from = behind == null ? "" : "after=" + behind + "&";
      JsonNode page = client.get("/api/v1/log?" + from + "limit=" + want).path("items");
      if (page.isEmpty()) {
        break;
      }
      page.forEach(entries::add);
      behind = entries.getLast().path("position").asLong();
    }
    return entries;
  }

  private static Table table(List<JsonNode> entries) {
    Table table = new Table("POSITION", "AT", "CAUSE", "EVENTS");
    for (JsonNode each : entries) {
      LogEntryView entry = Wire.read(each, LogEntryView.class);
      table.row(
          Long.toString(entry.position()),
          instant(entry.at()),
          entry.cause(),
          entry.events().stream()
              .map(event -> event.path("event").asText())
              .collect(Collectors.joining(", ")));
    }
    return table;
  }
}
