package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.mycoswarm.schema.wire.CapabilityView;

/// What one probe found.
///
/// @param detail members for the node's detail, by name
/// @param capabilities kinds of tasks that it makes possible
public record Finding(
    Map<String, JsonNode> detail, List<CapabilityView> capabilities, List<Missing> missing) {
  static Finding detail(String name, JsonNode value) {
    return new Finding(Map.of(name, value), List.of(), List.of());
  }

  static Finding missing(String what, String reason) {
    return new Finding(Map.of(), List.of(), List.of(new Missing(what, reason)));
  }
}
