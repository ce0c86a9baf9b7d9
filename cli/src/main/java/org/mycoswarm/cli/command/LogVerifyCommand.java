package org.mycoswarm.cli.command;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.cli.client.BrokerClient;
import org.mycoswarm.cli.client.Wire;
import org.mycoswarm.cli.output.Figures;
import org.mycoswarm.schema.wire.LogCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "verify",
    header = "Checks the log and the state that was built from it.",
    description = {
      "Reads the whole log again, checks every entry, rebuilds the state beside the one the broker",
      "works with, and compares the two. The broker goes on serving."
    })
final class LogVerifyCommand implements Callable<Integer> {
  private final Mycoswarm root;

  @Option(names = "--json", description = "Prints the API's own JSON.")
  private boolean json;

  @Option(
      names = "--offline",
      description = {
        "Reads the log of the home itself, while no broker uses it: checks every byte, and names",
        "position and file of what is damaged (exit code 1)."
      })
  private boolean offline;

  LogVerifyCommand(Mycoswarm root) {
    this.root = root;
  }

  @Override
  public Integer call() {
    if (offline) {
      return PassOn.run(root, "mycoswarm-broker", false, List.of("log", "verify"));
    }
    PrintStream out = root.surroundings().out();
    try (BrokerClient client = root.client()) {
      JsonNode answer = client.verifyLog();
      LogCheck check = Wire.read(answer, LogCheck.class);
      out.println(json ? Wire.pretty(answer) : words(check));
      return (check.same() ? ExitCode.OK : ExitCode.FAILURES).code();
    }
  }

  private static String words(LogCheck check) {
    String read =
        "%s read up to position %d in %s. "
            .formatted(
                Figures.number(check.entries()) + (check.entries() == 1 ? " entry" : " entries"),
                check.position(),
                Figures.duration(Duration.ofMillis(check.millis())));
    return read
        + (check.same()
            ? "The state rebuilt from them is the broker's: %s".formatted(check.liveHash())
            : "Expected the state rebuilt from them to be the broker's (%s), but it is %s. Keep a copy of the home, restart the broker, and report this."
                .formatted(check.liveHash(), check.replayedHash()));
  }
}
