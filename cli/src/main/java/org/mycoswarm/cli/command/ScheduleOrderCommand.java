package org.mycoswarm.cli.command;

import java.util.concurrent.Callable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.schema.wire.ScheduleRunView;
import org.mycoswarm.schema.wire.ScheduleView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// One call about one schedule.
abstract class ScheduleOrderCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Parameters(paramLabel = "NAME", description = "The schedule.")
  private String name = "";

  private ScheduleOrderCommand(Mycoswarm root) {
    this.root = root;
  }

  /// @return what to say
  abstract String give(BrokerClient client, String path);

  @Override
  public Integer call() {
    try (BrokerClient client = root.client()) {
      root.surroundings().out().println(give(client, ScheduleCommand.path(name)));
    }
    return 0;
  }

  @Command(
      name = "rm",
      header = "Removes a schedule.",
      description =
          "Removes a schedule, and the memory of its runs. A run that goes on is not ended.")
  static final class Remove extends ScheduleOrderCommand {
    Remove(Mycoswarm root) {
      super(root);
    }

    @Override
    String give(BrokerClient client, String path) {
      client.delete(path);
      return "The schedule is removed.";
    }
  }

  @Command(
      name = "run",
      header = "Lets a schedule run now.",
      description =
          "Lets a schedule run now, or after the run that goes on; also when it is paused.")
  static final class Run extends ScheduleOrderCommand {
    Run(Mycoswarm root) {
      super(root);
    }

    @Override
    String give(BrokerClient client, String path) {
      ScheduleRunView run = Wire.read(client.post(path + "/run"), ScheduleRunView.class);
      return "Run %s begins as soon as no other run of it goes on.".formatted(run.run());
    }
  }

  @Command(
      name = "pause",
      header = "Lets a schedule's times pass by.",
      description =
          "Lets a schedule's times pass by until it is resumed. A run that goes on is not ended.")
  static final class Pause extends ScheduleOrderCommand {
    Pause(Mycoswarm root) {
      super(root);
    }

    @Override
    String give(BrokerClient client, String path) {
      ScheduleView view = Wire.read(client.post(path + "/pause"), ScheduleView.class);
      return "Schedule %s is paused.".formatted(view.name());
    }
  }

  @Command(
      name = "resume",
      header = "Lets a paused schedule run at its times again.",
      description =
          "Lets a paused schedule run at its times again. Times that passed meanwhile are not made up for.")
  static final class Resume extends ScheduleOrderCommand {
    Resume(Mycoswarm root) {
      super(root);
    }

    @Override
    String give(BrokerClient client, String path) {
      ScheduleView view = Wire.read(client.post(path + "/resume"), ScheduleView.class);
      return "Schedule %s runs next at %s (%s)."
          .formatted(view.name(), ScheduleCommand.time(view.next(), view.zone()), view.zone());
    }
  }
}
