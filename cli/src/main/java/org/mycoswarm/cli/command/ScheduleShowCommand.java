package org.mycoswarm.cli.command;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.output.Table;
import org.mycoswarm.schema.wire.ScheduleRunView;
import org.mycoswarm.schema.wire.ScheduleRuns;
import org.mycoswarm.schema.wire.ScheduleView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "show",
    header = "Shows a schedule, its runs, and when it runs next.",
    description = "Shows a schedule, its newest 50 runs, and the next five times.")
final class ScheduleShowCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  ScheduleShowCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client()) {
      String path = ScheduleCommand.path(name);
      ScheduleView view = client.get(path, ScheduleView.class);
      ScheduleRuns runs = client.get(path + "/runs", ScheduleRuns.class);
      out.printf("%s: %s%n", view.name(), ScheduleListCommand.does(view.action()));
      out.printf("when:  %s (%s), %s%n", view.when(), view.cron(), view.zone());
      if (view.watch()) {
        out.printf("also:  when the folder was quiet for %d s%n", view.quietSeconds());
      }
      out.printf("missed times: %s%n", view.missed());
      out.printf("next:  %s%n", view.enabled() ? next(runs, view.zone()) : "paused");
      table(runs, view.zone()).print(out);
    }
    return 0;
  }

  private static String next(ScheduleRuns runs, String zone) {
    return runs.next().stream()
        .map(at -> ScheduleCommand.time(at, zone))
        .collect(Collectors.joining(", "));
  }

  private static Table table(ScheduleRuns runs, String zone) {
    Table table = new Table("DUE", "WHY", "STARTED", "ENDED", "OUTCOME", "RUN");
    for (ScheduleRunView run : runs.runs()) {
      String outcome = run.outcome() == null ? run.state() : run.outcome();
      table.row(
          ScheduleCommand.time(run.due(), zone),
          run.why(),
          ScheduleCommand.time(run.startedAt(), zone),
          ScheduleCommand.time(run.endedAt(), zone),
          run.detail() == null ? outcome : outcome + ": " + run.detail(),
          run.run());
    }
    return table;
  }
}
