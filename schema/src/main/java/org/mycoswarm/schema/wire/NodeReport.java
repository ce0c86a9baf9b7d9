package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Body of `POST /api/v1/nodes`: a node says who it is and what it can do. Sent at the start, when
/// something changes, and when the broker does not know the node.
///
/// @param node stable for as long as the node keeps its home: 1 to 64 of `A-Za-z0-9._-`
/// @param detail a JSON object about hardware (`cpu`, `memory`, `disk`, `gpus`) and `missing`: a
///     list of what it cannot do, with the reason
/// @param resources its slots; a task that asks for slots goes only to a node that names them
/// @param submitters whose work it takes; everybody's when absent or empty
public record NodeReport(
    String node,
    String name,
    List<CapabilityView> capabilities,
    JsonNode detail,
    @Nullable ResourceSlots resources,
    @Nullable List<String> submitters) {
  /// A node without slots that takes everybody's work.
  public NodeReport(String node, String name, List<CapabilityView> capabilities, JsonNode detail) {
    this(node, name, capabilities, detail, null, null);
  }

  /// The same, with these capabilities, too.
  public NodeReport withMore(List<CapabilityView> more) {
    List<CapabilityView> all = Stream.concat(capabilities.stream(), more.stream()).toList();
    return new NodeReport(node, name, all, detail, resources, submitters);
  }

  /// The same, with these digests told as the models in memory.
  public NodeReport withLoaded(Set<String> models) {
    List<CapabilityView> told =
        capabilities.stream()
            .map(c -> c.model() == null ? c : c.withLoaded(models.contains(c.model())))
            .toList();
    return new NodeReport(node, name, told, detail, resources, submitters);
  }
}
