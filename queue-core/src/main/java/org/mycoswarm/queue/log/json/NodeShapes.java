package org.mycoswarm.queue.log.json;

import java.io.IOException;
import java.util.List;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.NodeProfile;

/// Nodes as JSON.
final class NodeShapes {
  private NodeShapes() {}

  /// Whether it has no field that came with version 2.
  static boolean isOld(NodeProfile profile) {
    return profile.resources().isNone()
        && profile.submitters().isEmpty()
        && profile.capabilities().stream().noneMatch(Capability::loaded);
  }

  static void write(JsonText json, NodeProfile profile) throws IOException {
    json.text("name", profile.name());
    json.objects("capabilities", profile.capabilities(), NodeShapes::write);
    json.text("detail", profile.detail());
    if (!profile.resources().isNone()) {
      json.object("resources", profile.resources(), TaskShapes::write);
    }
    if (!profile.submitters().isEmpty()) {
      json.texts("submitters", profile.submitters());
    }
  }

  static NodeProfile profile(JsonFields json) {
    String name = json.text("name");
    List<Capability> capabilities = json.objects("capabilities", NodeShapes::capability);
    String detail = json.text("detail");
    return new NodeProfile(
        name, capabilities, TaskShapes.resources(json), json.textsOrNone("submitters"), detail);
  }

  private static void write(JsonText json, Capability capability) throws IOException {
    json.text("kind", capability.kind());
    json.text("model", capability.model());
    json.text("device", capability.device());
    json.number("rate", capability.rate());
    json.flag("loaded", capability.loaded());
  }

  private static Capability capability(JsonFields json) {
    return new Capability(
        json.text("kind"),
        json.textOrNull("model"),
        json.text("device"),
        json.real("rate"),
        json.flag("loaded"));
  }
}
