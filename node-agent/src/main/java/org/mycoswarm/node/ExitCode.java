package org.mycoswarm.node;

/// How the process of a node ends.
public final class ExitCode {
  public static final int OK = 0;
  public static final int USAGE = 2;
  public static final int NO_BROKER = 3;
  public static final int INTERNAL = 70;

  private ExitCode() {}
}
