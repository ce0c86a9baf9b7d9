package org.mycoswarm.queue.domain;

import java.util.List;

/// What a node says of itself when it registers.
///
/// @param name what people call the machine
/// @param detail a JSON object about hardware and what is missing; the queue never reads it
public record NodeProfile(String name, List<Capability> capabilities, String detail) {
  public NodeProfile {
    capabilities = List.copyOf(capabilities);
  }

  public boolean meets(Requirement requirement) {
    return capabilities.stream().anyMatch(requirement::metBy);
  }
}
