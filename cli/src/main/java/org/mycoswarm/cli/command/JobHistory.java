package org.mycoswarm.cli.command;

import static org.mycoswarm.cli.output.Figures.instant;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.LogEntryView;
import org.mycoswarm.schema.wire.Page;

/// Everything the log says of one job, in its order.
final class JobHistory {
  private JobHistory() {}

  static void print(BrokerClient client, String job, boolean json, PrintStream out) {
    List<JsonNode> entries =
        client.list("/api/v1/log?job=" + BrokerClient.segment(job), Integer.MAX_VALUE);
    if (json) {
      out.println(Wire.pretty(new Page<>(entries, null)));
    } else {
      table(entries).print(out);
    }
  }

  /// An event that ends a lease names no node: it is the one that leased the task last.
  private static Table table(List<JsonNode> entries) {
    Table table = new Table("TIME", "POSITION", "EVENT", "TASK", "NODE", "REASON");
    Map<String, String> nodes = new HashMap<>();
    for (JsonNode each : entries) {
      LogEntryView entry = Wire.read(each, LogEntryView.class);
      for (JsonNode event : entry.events()) {
        String lease = event.path("lease").asText();
        String node = event.path("node").asText();
        if (!node.isEmpty()) {
          nodes.put(lease, node);
        }
        table.row(
            instant(entry.at()),
            Long.toString(entry.position()),
            event.path("event").asText(),
            task(event),
            nodes.getOrDefault(lease, node),
            reason(event));
      }
    }
    return table;
  }

  /// With the attempt, as in the lease, where there is one.
  private static String task(JsonNode event) {
    String task = event.path("lease").asText(event.path("task").asText());
    if (!task.isEmpty()) {
      return task;
    }
    JsonNode tasks = event.path("tasks");
    return tasks.isArray() ? tasks.size() + (tasks.size() == 1 ? " task" : " tasks") : "";
  }

  private static String reason(JsonNode event) {
    List<String> parts = new ArrayList<>();
    for (String field : List.of("reason", "found", "outcome", "retryAt")) {
      if (event.hasNonNull(field)) {
        parts.add(
            field.equals("retryAt")
                ? "again at " + event.get(field).asText()
                : event.get(field).asText());
      }
    }
    return String.join(", ", parts);
  }
}
