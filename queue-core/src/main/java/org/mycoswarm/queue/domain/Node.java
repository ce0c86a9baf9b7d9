package org.mycoswarm.queue.domain;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One registered node. Belongs to the owner of the state; others read it between two commands.
public final class Node {
  private final NodeId id;
  NodeProfile profile;
  NodeMode mode = NodeMode.ACTIVE;
  int leases;
  Resources used = Resources.NONE;

  /// The lines whose requirement it meets, each with the capability that does so best.
  final Map<Line, Capability> lines = new LinkedHashMap<>();

  private final Map<String, List<Capability>> byKind = new HashMap<>();
  private boolean modelLoaded;

  /// How often it was worked out whether it can do what is in a line.
  long considered;

  Node(NodeId id, NodeProfile profile) {
    this.id = id;
    this.profile = profile;
  }

  /// It can do what the profile says from now on.
  void is(NodeProfile changed) {
    profile = changed;
    lines.keySet().forEach(line -> line.notDoneBy(this));
    lines.clear();
    byKind.clear();
    modelLoaded = changed.capabilities().stream().anyMatch(Capability::loaded);
    for (Capability capability : changed.capabilities()) {
      byKind.computeIfAbsent(capability.kind(), _ -> new ArrayList<>(2)).add(capability);
    }
  }

  boolean hasModelLoaded() {
    return modelLoaded;
  }

  /// There is a line, which it may be able to do.
  void consider(Line line) {
    considered++;
    Requirement requirement = line.requirement();
    if (!requirement.allows(id)) {
      return;
    }
    Capability best =
        NodeProfile.best(byKind.getOrDefault(requirement.kind(), List.of()), requirement);
    if (best != null && requirement.resources().fitInto(profile.resources())) {
      lines.put(line, best);
      line.doneBy(this);
    }
  }

  /// The capability by which it does what is in a line that it can do.
  Capability capability(Line line) {
    return Objects.requireNonNull(lines.get(line));
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
