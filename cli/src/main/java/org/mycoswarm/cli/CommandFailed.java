package org.mycoswarm.cli;

/// A command cannot do what it was asked; the message is for the person who asked.
public class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;
  private final String words;

  public CommandFailed(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
    this.words = message;
  }

  /// The message, which is never absent.
  public String words() {
    return words;
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
