package org.mycoswarm.node.work;

/// Nobody wants the result of this work any more: the lease is lost, or the node stops.
public final class Unwanted extends Exception {
  private static final long serialVersionUID = 1;

  /// @param why for people
  public Unwanted(String why) {
    super(why);
  }

  static Unwanted lease(String lease) {
    return new Unwanted("Expected to hold the lease '%s', but it was given up".formatted(lease));
  }
}
