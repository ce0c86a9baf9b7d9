package org.mycoswarm.broker.pipelines;

/// The stage does not answer any more: its connection broke, or the right to be it was taken from
/// the node. Another holder of the stage can do the same call. Carries no stack trace: it is the
/// usual end of a machine in a home.
final class StageLost extends Exception {
  private static final long serialVersionUID = 1;

  StageLost(String reason) {
    super(reason, null, false, false);
  }
}
