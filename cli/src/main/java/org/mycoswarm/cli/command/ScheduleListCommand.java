package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.ScheduleRunView;
import org.mycoswarm.schema.wire.ScheduleView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "ls",
    header = "Lists the schedules.",
    description = "Lists the schedules: when each runs, what it does, and how it went last.")
final class ScheduleListCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Mixin private final ListingOptions listing = new ListingOptions();

  ScheduleListCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      List<JsonNode> items =
          client
              .get("/api/v1/schedules")
              .path("items")
              .valueStream()
              .limit(listing.limit())
              .toList();
      listing.print(root.surroundings().out(), items, ScheduleListCommand::table);
    }
    return 0;
  }

  private static Table table(List<JsonNode> schedules) {
    Table table = new Table("NAME", "WHEN", "ZONE", "DOES", "NEXT", "LAST");
    for (JsonNode each : schedules) {
      ScheduleView view = Wire.read(each, ScheduleView.class);
      table.row(
          view.name(),
          view.watch() ? view.when() + ", on change" : view.when(),
          view.zone(),
          does(view.action()),
          view.enabled() ? ScheduleCommand.time(view.next(), view.zone()) : "paused",
          last(view.running(), view.last(), view.zone()));
    }
    return table;
  }

  static String does(JsonNode action) {
    JsonNode index = action.path("index");
    return index.isObject()
        ? "index %s into %s"
            .formatted(index.path("folder").asText(), index.path("collection").asText())
        : String.join(" ", action.propertyStream().map(field -> field.getKey()).toList());
  }

  private static String last(
      @Nullable ScheduleRunView running, @Nullable ScheduleRunView last, String zone) {
    if (running != null) {
      return "runs since " + ScheduleCommand.time(running.startedAt(), zone);
    }
    return last == null ? "-" : last.outcome() + ", " + ScheduleCommand.time(last.endedAt(), zone);
  }
}
