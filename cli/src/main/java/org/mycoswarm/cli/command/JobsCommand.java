package org.mycoswarm.cli.command;

import static org.mycoswarm.cli.output.Figures.instant;
import static org.mycoswarm.cli.output.Figures.number;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.JobView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "jobs",
    header = "Lists jobs.",
    description = "Lists jobs, newest first.",
    footer = {
      "%nExamples:",
      "  ./mycoswarm jobs --state running",
      "  ./mycoswarm jobs --json | jq -r '.items[].job'"
    })
final class JobsCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Mixin private final ListingOptions listing = new ListingOptions();

  @Option(
      names = "--state",
      description =
          "Only jobs that are running, succeeded, succeeded-with-failures, failed or cancelled.")
  private @Nullable String state;

  @Option(names = "--batch", paramLabel = "KEY", description = "Only jobs of one `submit`.")
  private @Nullable String batch;

  @Option(
      names = "--as-of",
      paramLabel = "POSITION|TIME",
      description = "As it was after this entry of the log, or at this time.")
  private @Nullable String asOf;

  JobsCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      String query =
          Stream.of(parameter("state", state), parameter("batch", batch), parameter("asOf", asOf))
              .filter(parameter -> !parameter.isEmpty())
              .reduce("", (all, one) -> all + (all.isEmpty() ? "?" : "&") + one);
      List<JsonNode> jobs = client.list("/api/v1/jobs" + query, listing.limit());
      listing.print(root.surroundings().out(), jobs, this::table);
    }
    return 0;
  }

  private static String parameter(String name, @Nullable String value) {
    return value == null ? "" : name + "=" + BrokerClient.segment(value);
  }

  private Table table(List<JsonNode> jobs) {
    Table table = new Table("JOB", "STATE", "TASKS", "VECTORS", "SUBMITTED", "NAME");
    for (JsonNode each : jobs) {
      JobView job = Wire.read(each, JobView.class);
      table.row(
          job.job(),
          job.state(),
          job.tasks().succeeded() + "/" + job.tasks().total(),
          number(job.totals().getOrDefault("vectors", 0L)),
          instant(job.submittedAt()),
          job.name());
    }
    return table;
  }
}
