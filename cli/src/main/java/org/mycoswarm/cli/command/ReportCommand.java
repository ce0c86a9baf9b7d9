package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.FileReport;
import org.mycoswarm.schema.wire.JobReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "report",
    header = "Shows what became of each file of a job.",
    description = {
      "Shows what became of each file of a job that embeds a folder. No file is dropped in silence:",
      "each is embedded, empty, unsupported, too-large, broken, locked, timeout, skipped, failed,",
      "cancelled or pending."
    },
    footer = {"%nExample: the files that gave no vectors", "  ./mycoswarm report JOB --left-out"})
final class ReportCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Option(names = "--left-out", description = "Only files that were not embedded.")
  private boolean leftOut;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  ReportCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client()) {
      JsonNode answer = client.get("/api/v1/jobs/" + BrokerClient.segment(job) + "/report");
      if (json) {
        out.println(Wire.pretty(answer));
      } else {
        table(Wire.read(answer, JobReport.class)).print(out);
      }
    }
    return 0;
  }

  private Table table(JobReport report) {
    Table table = new Table("STATUS", "CHUNKS", "VECTORS", "FILE", "NOTE");
    for (FileReport file : report.files()) {
      if (leftOut && file.status().equals("embedded")) {
        continue;
      }
      table.row(
          file.status(),
          Figures.number(file.chunks()),
          Figures.number(file.vectors()),
          file.path(),
          note(file));
    }
    return table;
  }

  private static String note(FileReport file) {
    String reason = file.reason();
    String note = file.note();
    return reason != null ? reason : note != null ? note : "";
  }
}
