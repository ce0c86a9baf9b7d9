package org.mycoswarm.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import org.mycoswarm.cli.command.Mycoswarm;

/// Runs command lines in this process, with the test's own surroundings.
public final class CommandLineUnderTest {
  private final Path userHome;
  private byte[] input = {};

  public CommandLineUnderTest(Path userHome) {
    this.userHome = userHome;
  }

  /// What the next command reads from its standard input.
  public CommandLineUnderTest input(String text) {
    input = text.getBytes(UTF_8);
    return this;
  }

  public record Outcome(int exit, String out, String err) {}

  public Outcome run(String... arguments) {
    return run(0, Map.of(), arguments);
  }

  /// @param columns of the terminal; 0 for a pipe
  public Outcome run(int columns, Map<String, String> environment, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Surroundings surroundings =
        new Surroundings(
            environment,
            new ByteArrayInputStream(input),
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            columns,
            userHome,
            null);
    int exit = Mycoswarm.run(surroundings, arguments);
    return new Outcome(exit, out.toString(UTF_8), err.toString(UTF_8));
  }
}
