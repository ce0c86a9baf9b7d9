package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds the attention caches of a decoder by the names that every exporter uses:
/// `past_key_values.3.key` or `past_3` goes in, `present.3.key` or `present_3` comes out.
final class KvPairs {
  private KvPairs() {}

  static List<KvPair> of(GraphProto graph) {
    Set<String> outputs = new HashSet<>();
    graph.getOutputList().forEach(value -> outputs.add(value.getName()));
    List<KvPair> pairs = new ArrayList<>();
    for (ValueInfoProto value : graph.getInputList()) {
      if (value.getName().startsWith("past")) {
        pairs.add(pair(Port.of(value), outputs));
      }
    }
    return List.copyOf(pairs);
  }

  private static KvPair pair(Port past, Set<String> outputs) {
    String present = past.name().replaceFirst("^past(_key_values)?", "present");
    if (!outputs.contains(present)) {
      throw new ModelRefused(
          "Expected an output \"%s\" for the cache \"%s\", but the graph has none; export the model with its cache."
              .formatted(present, past.name()));
    }
    return new KvPair(past.name(), present, past.type(), past.shape(), timeAxis(past));
  }

  /// The first dimension is the batch, whether it is open or not; of the others one must be open.
  private static int timeAxis(Port past) {
    int axis = -1;
    int open = 0;
    for (int i = 1; i < past.shape().size(); i++) {
      if (past.shape().get(i) < 0) {
        axis = i;
        open++;
      }
    }
    if (open != 1) {
      throw new ModelRefused(
          "Expected a cache with one dimension that grows, but \"%s\" has the shape %s."
              .formatted(past.name(), past.shape()));
    }
    return axis;
  }
}
