package org.mycoswarm.broker.models;

/// A model that cannot be registered; the message is for the person who sent it. Carries no stack
/// trace: it is an answer.
public final class ModelRejected extends RuntimeException {
  private static final long serialVersionUID = 1;

  ModelRejected(String reason) {
    super(reason, null, false, false);
  }
}
