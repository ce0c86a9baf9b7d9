package org.mycoswarm.cli.command;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "schedule",
    header = "What runs by the clock, or after a folder has changed.",
    description = "What runs by the clock, or after a folder has changed.")
final class ScheduleCommand implements Runnable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT);

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "Expected `schedule add`, `ls`, `show`, `rm`, `run`, `pause` or `resume`.");
    }
  }

  static String path(String name) {
    return "/api/v1/schedules/" + BrokerClient.segment(name);
  }

  /// A time as the clock on the wall shows it there.
  static String time(@Nullable Instant at, String zone) {
    return at == null ? "-" : TIME.format(at.atZone(ZoneId.of(zone)));
  }
}
