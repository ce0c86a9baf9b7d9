package org.mycoswarm.cli.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.process.Installation;

/// Runs one of our other programs in the foreground, with our input and output and all options.
final class PassOn {
  private PassOn() {}

  static int run(Mycoswarm root, String artifact, boolean passBroker, List<String> options) {
    List<String> arguments = new ArrayList<>();
    // The program's own subcommand, such as `find`, comes before the options it takes.
    boolean subcommand = !options.isEmpty() && !options.getFirst().startsWith("-");
    arguments.addAll(options.subList(0, subcommand ? 1 : 0));
    arguments.addAll(List.of("--home", root.home().toString()));
    if (passBroker && root.broker() != null) {
      arguments.addAll(List.of("--broker", String.valueOf(root.broker())));
    }
    arguments.addAll(options.subList(subcommand ? 1 : 0, options.size()));
    try {
      Process process =
          new ProcessBuilder(Installation.ofThisProgram().command(artifact, arguments))
              .inheritIO()
              .start();
      // Ended with us: SIGTERM reaches only this process, Ctrl-C both.
      Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process), "end " + artifact));
      return process.waitFor();
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.INTERNAL, "Expected to start %s, but that failed: %s".formatted(artifact, e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILURES.code();
    }
  }

  private static void end(Process process) {
    process.destroy();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
