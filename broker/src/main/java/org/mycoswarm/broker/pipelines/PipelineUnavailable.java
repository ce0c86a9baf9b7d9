package org.mycoswarm.broker.pipelines;

/// The model cannot run now, or not at all in this swarm; the message says which, and what is
/// missing. Carries no stack trace: it is an answer.
public final class PipelineUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public PipelineUnavailable(String reason) {
    super(reason, null, false, false);
  }
}
