package org.mycoswarm.cli.command;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "log",
    header = "Looks into the log.",
    description = "Looks into the log: the one truth that everything else is a fold over.")
final class LogCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(),
          "Expected `log ls`, `show`, `verify`, `export`, `import`, `snapshot` or `compact`.");
    }
  }
}
