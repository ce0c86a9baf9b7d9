package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.schema.wire.WhyView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "why",
    header = "Says why a task is not being worked on.",
    description =
        "Says why a task is not being worked on: what it waits for, what holds it back, and for each node what is missing.")
final class WhyCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Option(
      names = "--as-of",
      paramLabel = "POSITION|TIME",
      description = "As it was after this entry of the log, or at this time.")
  private @Nullable String asOf;

  @Parameters(paramLabel = "TASK", description = "The task's id, such as 'JOB.0'.")
  private String task = "";

  WhyCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      String then = asOf == null ? "" : "?asOf=" + BrokerClient.segment(asOf);
      WhyView why =
          client.get("/api/v1/tasks/" + BrokerClient.segment(task) + "/why" + then, WhyView.class);
      if (json) {
        root.surroundings().out().println(Wire.pretty(why));
      } else {
        root.surroundings()
            .out()
            .println("Task %s %s %s.".formatted(task, asOf == null ? "is" : "was", why.state()));
        why.reasons().forEach(reason -> root.surroundings().out().println("  " + reason + "."));
      }
    }
    return 0;
  }
}
