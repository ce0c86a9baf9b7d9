package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.schema.wire.ScheduleOrder;
import org.mycoswarm.schema.wire.ScheduleView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "add",
    header = "Lets a folder be indexed at certain times.",
    description = {
      "Lets a folder be indexed at certain times. The folder is the broker machine's. A schedule that",
      "is there is changed. Times: '02:30', 'every day at 02:30', 'weekdays at 6:00', 'sundays 03:00',",
      "'every hour', 'every 15 minutes', or five fields of cron such as '30 2 * * *'."
    })
final class ScheduleAddCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "NAME", description = "What you call it.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "WHEN", description = "A time, such as '02:30'.")
  private String when = "";

  @Parameters(index = "2", paramLabel = "index", description = "What it does: 'index'.")
  private String action = "";

  @Parameters(index = "3", paramLabel = "FOLDER", description = "The folder.")
  private Path folder = Path.of("");

  @Option(
      names = "--into",
      required = true,
      paramLabel = "COLLECTION",
      description = "The collection that is kept as the folder is.")
  private String collection = "";

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "The time zone, such as 'Europe/Berlin'. Default: the broker machine's.")
  private @Nullable String zone;

  @Option(
      names = "--missed",
      paramLabel = "POLICY",
      description =
          "'once': a time at which the broker was off is made up for at its next start. 'skip': it is not. Default: once.")
  private @Nullable String missed;

  @Option(names = "--watch", description = "Also runs after the folder has changed.")
  private boolean watch;

  @Option(
      names = "--quiet",
      paramLabel = "SECONDS",
      description = "With --watch: how long nothing may have changed before. Default: 30.")
  private @Nullable Integer quiet;

  ScheduleAddCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (!action.equals("index") && spec != null) {
      throw new ParameterException(
          spec.commandLine(), "Expected 'index' after the time, but it is '%s'".formatted(action));
    }
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index
        .putObject("index")
        .put("collection", collection)
        .put("folder", folder.toAbsolutePath().normalize().toString());
    ScheduleOrder order = new ScheduleOrder(when, zone, index, missed, watch, quiet);
    try (BrokerClient client = root.client()) {
      ScheduleView made =
          Wire.read(client.put(ScheduleCommand.path(name), order), ScheduleView.class);
      root.surroundings().out().println(words(made));
    }
    return 0;
  }

  private static String words(ScheduleView made) {
    return made.next() == null
        ? "Schedule %s is paused.".formatted(made.name())
        : "Schedule %s runs next at %s (%s)%s."
            .formatted(
                made.name(),
                ScheduleCommand.time(made.next(), made.zone()),
                made.zone(),
                made.watch()
                    ? ", and when the folder was quiet for %d s after a change"
                        .formatted(made.quietSeconds())
                    : "");
  }
}
