package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    header = "Shows one entry of the log, or all about one job.",
    description = "Shows one entry of the log with its events, or all that it says of one job.",
    footer = {"%nExamples:", "  ./mycoswarm log show 1200", "  ./mycoswarm log show --job JOB"})
final class LogShowCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "POSITION", arity = "0..1", description = "Of the entry.")
  private @Nullable Long position;

  @Option(names = "--job", paramLabel = "JOB", description = "The whole history of this job.")
  private @Nullable String job;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Option(
      names = "--offline",
      description = "Reads the log of the home itself, while no broker uses it.")
  private boolean offline;

  LogShowCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (spec != null && ((position == null) == (job == null) || (offline && position == null))) {
      throw new ParameterException(
          spec.commandLine(),
          "Expected either a POSITION or --job JOB; --offline takes a POSITION.");
    }
    if (offline) {
      return PassOn.run(
          root, "mycoswarm-broker", false, List.of("log", "show", String.valueOf(position)));
    }
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client()) {
      if (job != null) {
        JobHistory.print(client, job, json, out);
      } else {
        out.println(Wire.pretty(entry(client, position == null ? 0 : position)));
      }
    }
    return 0;
  }

  private static JsonNode entry(BrokerClient client, long position) {
    String before = "/api/v1/log?limit=1&after=" + Math.max(0, position - 1);
    JsonNode entry = client.get(before).path("items").path(0);
    if (entry.path("position").asLong() != position) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "Expected an entry %d in the log, but there is none; `log ls` lists them."
              .formatted(position));
    }
    return entry;
  }
}
