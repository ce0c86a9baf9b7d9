package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "cancel",
    header = "Ends a running job.",
    description = {
      "Ends a running job. Nodes drop its tasks; what was done stays readable with --partial.",
      "For a job that has ended it does nothing."
    })
final class CancelCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  CancelCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      JsonNode answer = client.post("/api/v1/jobs/" + BrokerClient.segment(job) + "/cancel");
      root.surroundings()
          .out()
          .println(
              json
                  ? Wire.pretty(answer)
                  : "Job %s is %s.".formatted(job, answer.path("state").asText()));
    }
    return 0;
  }
}
