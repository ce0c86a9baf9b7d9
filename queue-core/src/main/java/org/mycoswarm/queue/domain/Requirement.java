package org.mycoswarm.queue.domain;

import org.jspecify.annotations.Nullable;

/// What a task needs of a node: a task kind, for kinds that work with a model the model's digest,
/// and the slots it takes.
public record Requirement(String kind, @Nullable String model, Resources resources) {
  public Requirement {
    resources = Resources.orNone(resources);
  }

  public Requirement(String kind, @Nullable String model) {
    this(kind, model, Resources.NONE);
  }

  /// Whether this capability is the one that the task asks for; the slots are the node's.
  public boolean metBy(Capability capability) {
    return kind.equals(capability.kind()) && (model == null || model.equals(capability.model()));
  }

  @Override
  public String toString() {
    String with = model == null ? kind : kind + " with model " + model;
    return resources.isNone() ? with : with + " and " + resources;
  }
}
