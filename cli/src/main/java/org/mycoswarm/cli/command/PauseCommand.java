package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "pause",
    header = "Holds a running job back.",
    description = {
      "Holds a running job back: its tasks are not leased any more; those that nodes work on go on.",
      "'mycoswarm resume JOB' lets it go on."
    })
final class PauseCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  PauseCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      JsonNode view = client.post("/api/v1/jobs/" + BrokerClient.segment(job) + "/pause");
      root.surroundings()
          .out()
          .println(
              "Job %s is paused; %d tasks are being finished."
                  .formatted(job, view.path("tasks").path("leased").asInt()));
    }
    return 0;
  }
}
