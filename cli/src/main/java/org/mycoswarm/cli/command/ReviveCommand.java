package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.ReviveAnswer;
import org.mycoswarm.schema.wire.ReviveRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "revive",
    header = "Gives buried tasks another chance.",
    description = {
      "Lets buried tasks, or with --waiting those that wait for a retry, be leased again at once,",
      "with all their attempts before them. A job that had finished runs again.",
      "Without --yes it only says which tasks it would be."
    })
final class ReviveCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--job", paramLabel = "JOB", description = "Only tasks of this job.")
  private @Nullable String job;

  @Option(names = "--kind", paramLabel = "KIND", description = "Only tasks of this kind.")
  private @Nullable String kind;

  @Option(names = "--label", paramLabel = "TEXT", description = "Only with this in their label.")
  private @Nullable String label;

  @Option(names = "--reason", paramLabel = "TEXT", description = "Only with this in their reason.")
  private @Nullable String reason;

  @Option(names = "--waiting", description = "Tasks that wait for a retry, not buried ones.")
  private boolean waiting;

  @Option(names = "--yes", description = "Do it.")
  private boolean yes;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  ReviveCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    ReviveRequest request =
        new ReviveRequest(job, waiting ? "waiting" : "buried", kind, label, reason, !yes);
    try (BrokerClient client = root.client()) {
      ReviveAnswer answer =
          Wire.read(client.post("/api/v1/tasks/revive", request), ReviveAnswer.class);
      print(answer);
    }
    return 0;
  }

  private void print(ReviveAnswer answer) {
    if (json) {
      root.surroundings().out().println(Wire.pretty(answer));
      return;
    }
    Table table = new Table("TASK", "KIND", "LABEL", "REASON");
    answer
        .first()
        .forEach(
            task ->
                table.row(
                    task.task(),
                    task.kind(),
                    task.label(),
                    task.reason() == null ? "" : task.reason()));
    table.print(root.surroundings().out());
    root.surroundings()
        .out()
        .println(
            answer.dryRun()
                ? "%d tasks would be revived. Nothing was changed; add --yes to do it."
                    .formatted(answer.count())
                : "%d tasks were revived.".formatted(answer.count()));
  }
}
