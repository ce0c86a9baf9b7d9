package org.mycoswarm.queue.domain;

import java.util.LinkedHashSet;
import java.util.Set;

/// One registered node. Belongs to the owner of the state; others read it between two commands.
public final class Node {
  private final NodeId id;
  NodeProfile profile;
  NodeMode mode = NodeMode.ACTIVE;
  int leases;
  Resources used = Resources.NONE;

  /// The lines whose requirement it meets.
  final Set<Line> lines = new LinkedHashSet<>();

  Node(NodeId id, NodeProfile profile) {
    this.id = id;
    this.profile = profile;
  }

  public NodeId id() {
    return id;
  }

  public NodeProfile profile() {
    return profile;
  }

  public NodeMode mode() {
    return mode;
  }

  /// How many leases it holds.
  public int leases() {
    return leases;
  }

  /// Its slots that no lease takes.
  public Resources free() {
    return profile.resources().minus(used);
  }

  void started(Terms terms) {
    leases++;
    used = used.plus(terms.requirement().resources());
  }

  void ended(Terms terms) {
    leases--;
    used = used.minus(terms.requirement().resources());
  }
}
