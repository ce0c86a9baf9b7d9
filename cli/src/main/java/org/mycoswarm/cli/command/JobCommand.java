package org.mycoswarm.cli.command;

import static org.mycoswarm.cli.output.Figures.instant;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.JobView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "job",
    header = "Shows one job.",
    description = "Shows one job: its state, its tasks by state, its sums and each node's share.")
final class JobCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Option(names = "--events", description = "Shows everything the log says of it instead.")
  private boolean events;

  @Option(
      names = "--as-of",
      paramLabel = "POSITION|TIME",
      description = "As it was after this entry of the log, or at this time.")
  private @Nullable String asOf;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  JobCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client()) {
      if (events) {
        JobHistory.print(client, job, json, out);
        return 0;
      }
      String then = asOf == null ? "" : "?asOf=" + BrokerClient.segment(asOf);
      JsonNode answer = client.get("/api/v1/jobs/" + BrokerClient.segment(job) + then);
      if (json) {
        out.println(Wire.pretty(answer));
      } else {
        print(out, Wire.read(answer, JobView.class));
      }
    }
    return 0;
  }

  private static void print(PrintStream out, JobView job) {
    JobView.TaskCounts tasks = job.tasks();
    out.println("job        " + job.job());
    out.println("name       " + Table.printable(job.name()));
    out.println("kind       " + job.kind());
    out.println("state      " + job.state() + (job.paused() ? ", paused" : ""));
    if (job.reason() != null) {
      out.println("reason     " + Table.printable(job.reason()));
    }
    out.println("submitter  " + Table.printable(job.submitter()));
    out.println("priority   " + job.priority());
    out.println("submitted  " + instant(job.submittedAt()));
    if (job.finishedAt() != null) {
      out.println("finished   " + instant(job.finishedAt()));
    }
    out.printf(
        "tasks      %d: %d ready, %d waiting, %d blocked, %d leased, %d succeeded, %d buried, %d cancelled%n",
        tasks.total(),
        tasks.ready(),
        tasks.waiting(),
        tasks.blocked(),
        tasks.leased(),
        tasks.succeeded(),
        tasks.buried(),
        tasks.cancelled());
    job.totals().forEach((unit, sum) -> out.printf("%-10s %s%n", unit, Figures.number(sum)));
    Table nodes = new Table("NODE", "TASKS", "VECTORS", "FIRST", "LAST");
    for (JobView.NodeShare share : job.nodes()) {
      nodes.row(
          share.name(),
          Integer.toString(share.tasks()),
          Figures.number(share.totals().getOrDefault("vectors", 0L)),
          instant(share.firstAt()),
          instant(share.lastAt()));
    }
    nodes.print(out);
  }
}
