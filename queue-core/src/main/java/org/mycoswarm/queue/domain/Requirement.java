package org.mycoswarm.queue.domain;

import org.jspecify.annotations.Nullable;

/// What a task needs of a node: a task kind, for kinds that work with a model the model's digest,
/// and the slots it takes.
///
/// @param node the only one that may lease the task, whether it is there or not; or null for any
public record Requirement(
    String kind, @Nullable String model, Resources resources, @Nullable NodeId node) {
  public Requirement {
    resources = Resources.orNone(resources);
  }

  public Requirement(String kind, @Nullable String model, Resources resources) {
    this(kind, model, resources, null);
  }

  public Requirement(String kind, @Nullable String model) {
    this(kind, model, Resources.NONE);
  }

  /// Whether this capability is the one that the task asks for; the slots are the node's.
  public boolean metBy(Capability capability) {
    return kind.equals(capability.kind()) && (model == null || model.equals(capability.model()));
  }

  /// Whether the task may go to this node, as far as its id goes.
  public boolean allows(NodeId id) {
    return node == null || node.equals(id);
  }

  @Override
  public String toString() {
    String with = model == null ? kind : kind + " with model " + model;
    String slots = resources.isNone() ? with : with + " and " + resources;
    return node == null ? slots : slots + " on node " + node;
  }
}
