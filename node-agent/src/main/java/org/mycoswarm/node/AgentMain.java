package org.mycoswarm.node;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The process of a node.
@Command(
    name = "mycoswarm-node",
    mixinStandardHelpOptions = true,
    description =
        "Finds the broker, says what this machine can do, and pulls work until it is stopped.",
    subcommands = FindCommand.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped, and everything was handed back",
      "2:a setting is not in order",
      "3:no broker was found in the time given with --search-seconds",
      "70:an error of the program itself, or out of memory"
    })
public final class AgentMain implements Callable<Integer> {
  @Mixin BrokerOptions options = new BrokerOptions();

  private AgentMain() {}

  public static void main(String[] args) {
    Logging.oneLine();
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new AgentMain())
        .setExecutionExceptionHandler((e, command, parsed) -> failed(e, command));
  }

  private static int failed(Exception e, CommandLine command) {
    if (e instanceof Refused || e instanceof IllegalArgumentException) {
      command.getErr().println(e.getMessage());
      return ExitCode.USAGE;
    }
    LoggerFactory.getLogger(AgentMain.class).error("Expected to run, but an error came up", e);
    return ExitCode.INTERNAL;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    return ExitCode.OK;
  }
}
