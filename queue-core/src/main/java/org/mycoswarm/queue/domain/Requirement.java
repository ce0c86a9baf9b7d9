package org.mycoswarm.queue.domain;

import org.jspecify.annotations.Nullable;

/// What a task needs of a node: a task kind and, for kinds that work with a model, the model's
/// digest.
public record Requirement(String kind, @Nullable String model) {
  public boolean metBy(Capability capability) {
    return kind.equals(capability.kind()) && (model == null || model.equals(capability.model()));
  }

  @Override
  public String toString() {
    return model == null ? kind : kind + " with model " + model;
  }
}
