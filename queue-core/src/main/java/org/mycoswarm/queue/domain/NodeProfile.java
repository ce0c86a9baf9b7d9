package org.mycoswarm.queue.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a node says of itself when it registers: what it can do, and what it takes.
///
/// @param name what people call the machine
/// @param resources its slots; a task that asks for slots goes only to a node that names them
/// @param submitters whose work it takes; everybody's when there are none
/// @param detail a JSON object about hardware and what is missing; the queue never reads it
public record NodeProfile(
    String name,
    List<Capability> capabilities,
    Resources resources,
    List<String> submitters,
    String detail) {
  public NodeProfile {
    capabilities = List.copyOf(capabilities);
    resources = Resources.orNone(resources);
    submitters = submitters == null ? List.of() : List.copyOf(submitters);
  }

  public NodeProfile(String name, List<Capability> capabilities, String detail) {
    this(name, capabilities, Resources.NONE, List.of(), detail);
  }

  /// Whether it takes work of this submitter.
  public boolean accepts(String submitter) {
    return submitters.isEmpty() || submitters.contains(submitter);
  }

  /// The capability that answers the requirement best: a loaded model before one that is not, then
  /// the faster one; or null when none does.
  static @Nullable Capability best(List<Capability> capabilities, Requirement requirement) {
    Capability best = null;
    for (Capability capability : capabilities) {
      if (requirement.metBy(capability) && (best == null || better(capability, best))) {
        best = capability;
      }
    }
    return best;
  }

  private static boolean better(Capability one, Capability other) {
    return one.loaded() != other.loaded() ? one.loaded() : one.rate() > other.rate();
  }
}
