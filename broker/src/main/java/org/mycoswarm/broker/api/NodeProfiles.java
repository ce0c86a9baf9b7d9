package org.mycoswarm.broker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.mycoswarm.queue.domain.Capability;
import org.mycoswarm.queue.domain.NodeProfile;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.NodeReport;
import org.mycoswarm.schema.wire.NodeView;

/// Turns what a node reports into what the queue keeps of it. The queue matches on digests; what
/// people call those models is kept in the detail, under `modelNames`.
final class NodeProfiles {
  private static final int NAME_CHARACTERS_MAX = 200;
  private static final int CAPABILITIES_MAX = 500;
  private static final int SUBMITTERS_MAX = 500;
  private static final int DETAIL_BYTES_MAX = 64 << 10;
  private static final String MODEL_NAMES = "modelNames";

  private NodeProfiles() {}

  /// @throws ProblemException `bad-request` or `too-large`
  static NodeProfile of(NodeReport report) {
    Inputs.between("the number of capabilities", report.capabilities().size(), 0, CAPABILITIES_MAX);
    TaskSpecs.object("detail", report.detail());
    ObjectNode detail = report.detail().deepCopy();
    ObjectNode names = detail.objectNode();
    for (CapabilityView capability : report.capabilities()) {
      if (capability.model() != null && capability.modelName() != null) {
        names.put(capability.model(), capability.modelName());
      }
    }
    detail.set(MODEL_NAMES, names);
    String text = detail.toString();
    if (text.length() > DETAIL_BYTES_MAX) {
      throw new ProblemException(
          ProblemType.TOO_LARGE,
          "Expected the detail of a node of at most %,d bytes, but it has %,d; the node was not registered"
              .formatted(DETAIL_BYTES_MAX, text.length()));
    }
    String name = Inputs.text("a node's name", report.name(), NAME_CHARACTERS_MAX);
    return new NodeProfile(
        name,
        report.capabilities().stream().map(NodeProfiles::capability).toList(),
        TaskTerms.resources(report.resources()),
        submitters(report),
        text);
  }

  /// The models a node embeds with, under the names it gave them.
  static Stream<ModelCatalogue.Model> models(NodeView node) {
    JsonNode names = node.detail().path(MODEL_NAMES);
    List<String> digests =
        node.capabilities().stream()
            .filter(capability -> !capability.kind().equals(GeneratePayload.KIND))
            .map(CapabilityView::model)
            .flatMap(Stream::ofNullable)
            .distinct()
            .toList();
    return digests.stream()
        .map(
            digest ->
                new ModelCatalogue.Model(
                    names.path(digest).asText(digest), digest, 0, 0, "brought by a node"));
  }

  private static List<String> submitters(NodeReport report) {
    List<String> submitters = report.submitters() == null ? List.of() : report.submitters();
    Inputs.between("the number of submitters", submitters.size(), 0, SUBMITTERS_MAX);
    submitters.forEach(name -> Inputs.text("a submitter", name, NAME_CHARACTERS_MAX));
    return submitters.stream().distinct().toList();
  }

  private static Capability capability(CapabilityView view) {
    return new Capability(
        view.kind(), view.model(), view.device(), view.rate(), Boolean.TRUE.equals(view.loaded()));
  }
}
