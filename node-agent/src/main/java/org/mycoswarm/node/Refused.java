package org.mycoswarm.node;

/// A setting is not in order, and the process ends with [ExitCode#USAGE]. The message is for the
/// person who started it.
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  public Refused(String message) {
    super(message);
  }
}
