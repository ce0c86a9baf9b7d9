package org.mycoswarm.queue.simulation;

/// Ends a simulated process where it stands.
final class ProcessKilled extends RuntimeException {
  private static final long serialVersionUID = 1;

  ProcessKilled() {
    super("killed", null, false, false);
  }
}
