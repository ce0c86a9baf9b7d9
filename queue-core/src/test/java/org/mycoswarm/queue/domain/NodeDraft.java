package org.mycoswarm.queue.domain;

import java.util.List;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Command.RegisterNode;

/// A node for a test, of which only what the test is about is said. It registers as it is with
/// [#registers].
public record NodeDraft(
    String id, List<Capability> capabilities, Resources resources, List<String> submitters) {
  static NodeDraft of(String id) {
    return new NodeDraft(id, List.of(), Resources.NONE, List.of());
  }

  public NodeDraft can(String kind) {
    return can(kind, 0, false);
  }

  public NodeDraft can(String kind, double rate) {
    return can(kind, rate, false);
  }

  public NodeDraft hasLoaded(String kind) {
    return can(kind, 0, true);
  }

  public NodeDraft has(Resources slots) {
    return new NodeDraft(id, capabilities, slots, submitters);
  }

  public NodeDraft onlyFor(String... names) {
    return new NodeDraft(id, capabilities, resources, List.of(names));
  }

  public RegisterNode registers() {
    return new RegisterNode(
        new NodeId(id), new NodeProfile(id, capabilities, resources, submitters, "{}"));
  }

  private NodeDraft can(String kind, double rate, boolean loaded) {
    String model = kind.equals("embed") ? Scenario.MODEL : null;
    Capability more = new Capability(kind, model, "cpu", rate, loaded);
    return new NodeDraft(
        id, Stream.concat(capabilities.stream(), Stream.of(more)).toList(), resources, submitters);
  }
}
