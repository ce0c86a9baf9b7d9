package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which tensors every stage makes for itself instead of having them sent: those that follow from
/// the ids, the mask, the positions, from constants, or from a tensor's shape alone, such as
/// attention masks and rotary tables.
///
/// A table that is looked up by token ids is not cheap: it is the embedding, the largest weight of
/// many models, and only one stage shall hold it.
final class Cheap {
  /// Tables smaller than this are looked up wherever they are needed.
  private static final long TABLE_BYTES_MAX = 1 << 10;

  private final Topology topology;
  private final Set<String> cheap = new HashSet<>();
  private final Set<String> ofTokens = new HashSet<>();
  private final Map<String, Long> constants = new HashMap<>();

  Cheap(Topology topology) {
    this.topology = topology;
    topology.initializers().forEach((name, tensor) -> constants.put(name, bytes(tensor)));
    for (String input : topology.inputs().keySet()) {
      if (OnnxModel.CONTROLS.contains(input)) {
        cheap.add(input);
      }
    }
    ofTokens.add("input_ids");
    for (int i = 0; i < topology.nodes().size(); i++) {
      look(i);
    }
  }

  /// Whether each stage makes this tensor itself.
  boolean contains(String tensor) {
    return cheap.contains(tensor) || constants.containsKey(tensor);
  }

  /// Whether the tensor is a table in a lookup: it is not multiplied with, so it costs no time.
  static boolean isTable(NodeProto node, String read) {
    return node.getOpType().startsWith("Gather") && node.getInput(0).equals(read);
  }

  private void look(int place) {
    NodeProto node = topology.nodes().get(place);
    if (isShape(node)) {
      cheap.addAll(node.getOutputList());
    } else if (node.getOpType().startsWith("Random")) {
      return;
    } else if (topology.reads(place).stream().allMatch(constants::containsKey)) {
      long bytes = topology.reads(place).stream().mapToLong(this::constantBytes).sum();
      node.getOutputList().forEach(output -> constants.put(output, bytes));
    } else if (topology.reads(place).stream().allMatch(this::contains) && !looksUpTokens(place)) {
      cheap.addAll(node.getOutputList());
      if (topology.reads(place).stream().anyMatch(ofTokens::contains)) {
        ofTokens.addAll(node.getOutputList());
      }
    }
  }

  static boolean isShape(NodeProto node) {
    return node.getOpType().equals("Shape") || node.getOpType().equals("Size");
  }

  private boolean looksUpTokens(int place) {
    return topology.reads(place).stream().anyMatch(ofTokens::contains)
        && topology.reads(place).stream().anyMatch(read -> constantBytes(read) > TABLE_BYTES_MAX);
  }

  private long constantBytes(String tensor) {
    return constants.getOrDefault(tensor, 0L);
  }

  private static long bytes(TensorProto tensor) {
    long bytes = Float.BYTES;
    for (long dimension : tensor.getDimsList()) {
      bytes *= dimension;
    }
    return bytes;
  }
}
