package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "resume",
    header = "Lets a paused job go on.",
    description = "Lets a paused job go on.")
final class ResumeCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  private String job = "";

  ResumeCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      client.post("/api/v1/jobs/" + BrokerClient.segment(job) + "/resume");
      root.surroundings().out().println("Job %s goes on.".formatted(job));
    }
    return 0;
  }
}
