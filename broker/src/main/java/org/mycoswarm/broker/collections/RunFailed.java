package org.mycoswarm.broker.collections;

/// A run cannot go on; the message says why, to a person. What was committed stays.
final class RunFailed extends Exception {
  private static final long serialVersionUID = 1;

  RunFailed(String message) {
    super(message);
  }
}
