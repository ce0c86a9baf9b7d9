package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.TaskView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tasks",
    header = "Lists a job's tasks.",
    description = "Lists a job's tasks in the order of their numbers, with their attempts.",
    footer = {"%nExample: what went wrong?", "  ./mycoswarm tasks JOB --state buried"})
final class TasksCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Mixin private final ListingOptions listing = new ListingOptions();

  @Option(
      names = "--state",
      description = "Only tasks that are ready, waiting, leased, succeeded, buried or cancelled.")
  private @Nullable String state;

  @Option(names = "--kind", description = "Only tasks of this kind, such as chunk or embed.")
  private @Nullable String kind;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  TasksCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    String path = "/api/v1/jobs/" + BrokerClient.segment(job) + "/tasks?";
    path += state == null ? "" : "state=" + BrokerClient.segment(state) + "&";
    path += kind == null ? "" : "kind=" + BrokerClient.segment(kind) + "&";
    try (BrokerClient client = root.client()) {
      List<JsonNode> tasks = client.list(path.substring(0, path.length() - 1), listing.limit());
      listing.print(root.surroundings().out(), tasks, TasksCommand::table);
    }
    return 0;
  }

  private static Table table(List<JsonNode> tasks) {
    Table table = new Table("NUMBER", "KIND", "STATE", "ATTEMPTS", "NODE", "LABEL", "REASON");
    for (JsonNode each : tasks) {
      TaskView task = Wire.read(each, TaskView.class);
      table.row(
          Integer.toString(task.number()),
          task.kind(),
          task.state(),
          task.attempts().size() + "/" + task.maxAttempts(),
          task.attempts().isEmpty() ? "" : task.attempts().getLast().nodeName(),
          task.label(),
          task.reason() == null ? "" : task.reason());
    }
    return table;
  }
}
