package org.mycoswarm.cli;

/// What the command's exit code says; scripts rely on it.
public enum ExitCode {
  OK(0, "done, and nothing failed"),
  FAILURES(1, "something in it failed, or it could not start"),
  USAGE(2, "the command line makes no sense"),
  UNREACHABLE(3, "no broker answers"),
  NOT_FOUND(4, "there is no such job, task or file"),
  REFUSED(5, "the broker said no, with its reason"),
  INTERNAL(70, "a mistake in mycoSwarm itself");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  public String meaning() {
    return meaning;
  }
}
