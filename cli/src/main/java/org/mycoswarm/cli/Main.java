package org.mycoswarm.cli;

import org.mycoswarm.cli.command.Mycoswarm;

/// Starts the command line of mycoSwarm.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    System.exit(Mycoswarm.run(Surroundings.ofProcess(), args));
  }
}
