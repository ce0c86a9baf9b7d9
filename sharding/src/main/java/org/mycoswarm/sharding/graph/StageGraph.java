package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.List;

/// One part of a cut model, complete for a runtime once its weights are handed over by name.
///
/// @param model the stage as an ONNX model whose large weights are references; the places they name
///     mean nothing
/// @param weights the ranges to hand over, only those this stage uses
/// @param controls which of {@link OnnxModel#CONTROLS} it takes besides
/// @param inputs the tensors that come from the stage before, in the order in which that one's
///     outputs leave; none for the first
/// @param outputs the tensors that leave: for the last stage the model's outputs
/// @param kvPairs the caches that stay with this stage
/// @param repeatedNodes how many cheap nodes of earlier stages it computes again
public record StageGraph(
    ModelProto model,
    List<WeightRange> weights,
    List<String> controls,
    List<String> inputs,
    List<String> outputs,
    List<KvPair> kvPairs,
    int repeatedNodes) {
  public StageGraph {
    weights = List.copyOf(weights);
    controls = List.copyOf(controls);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    kvPairs = List.copyOf(kvPairs);
  }

  /// The stage as the bytes of an ONNX file, a few hundred kB.
  public byte[] graph() {
    return model.toByteArray();
  }

  /// How many bytes of weights a node needs for it.
  public long weightBytes() {
    return weights.stream().mapToLong(WeightRange::bytes).sum();
  }

  /// What its caches take for each token of a sequence.
  public long kvBytesPerToken() {
    return kvPairs.stream().mapToLong(KvPair::bytesPerToken).sum();
  }
}
