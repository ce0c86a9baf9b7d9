package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.sharding.frame.ElementType;

/// A text model in ONNX: its graph, and where its weights lie. The weights themselves are never
/// loaded, so that a model of any size is read in the memory of its graph.
///
/// Small constants stay in the graph, since a runtime needs their values to know shapes: whole
/// numbers up to 64 KiB, others up to 1 KiB. All other weights are byte ranges, whether they lie in
/// the ONNX file or in files beside it. Immutable; any thread may read it.
public final class OnnxModel {
  /// What a stage makes itself of the ids and the position that every step carries.
  public static final Set<String> CONTROLS =
      Set.of("input_ids", "attention_mask", "position_ids", "token_type_ids");

  private static final int CONSTANT_BYTES_MAX = 1 << 10;

  private final ModelProto slim;
  private final Map<String, WeightRange> weights;
  private final List<KvPair> kvPairs;
  private final Topology topology;

  private OnnxModel(ModelProto slim, Map<String, WeightRange> weights) {
    this.slim = slim;
    this.weights = weights;
    this.topology = new Topology(slim.getGraph());
    this.kvPairs = KvPairs.of(slim.getGraph());
    requireKnownInputs();
  }

  /// Reads a model from a folder.
  ///
  /// @param file the ONNX file, relative to the folder
  /// @throws ModelRefused when the files are broken, or are no text model
  public static OnnxModel read(Path folder, String file) {
    return read(folder::resolve, file);
  }

  /// Reads a model whose files may have other names on this disk.
  ///
  /// @param files gives for a name relative to the model's folder where that file is, or null
  /// @param file the ONNX file's name, relative to the model's folder
  /// @throws ModelRefused when the files are broken, or are no text model
  public static OnnxModel read(Function<String, @Nullable Path> files, String file) {
    Path path = files.apply(file);
    if (path == null || !Files.isRegularFile(path)) {
      throw new ModelRefused(
          "Expected the model's file \"%s\", but it is not there.".formatted(file));
    }
    OnnxFile.Read read = OnnxFile.read(path, file);
    requireGraph(read.slim().getGraph(), file);
    return slimmed(read, file, new ExternalData(files));
  }

  /// The graph with the weights as references by name.
  public GraphProto graph() {
    return slim.getGraph();
  }

  /// Every weight that is not small enough to stay in the graph, in the graph's order.
  public List<WeightRange> weights() {
    return List.copyOf(weights.values());
  }

  /// What the graph takes, without the weights.
  public List<Port> inputs() {
    return graph().getInputList().stream()
        .filter(value -> !topology.isWeight(value.getName()))
        .map(Port::of)
        .toList();
  }

  /// What the graph gives.
  public List<Port> outputs() {
    return graph().getOutputList().stream().map(Port::of).toList();
  }

  /// The attention caches, in the graph's order; none for an encoder.
  public List<KvPair> kvPairs() {
    return kvPairs;
  }

  ModelProto slim() {
    return slim;
  }

  Topology topology() {
    return topology;
  }

  @Nullable WeightRange weight(String name) {
    return weights.get(name);
  }

  static ModelRefused wrongLength(WeightRange weight, long bytes) {
    return new ModelRefused(
        "Expected %d bytes for weight \"%s\" (%s %s), but the model gives it %d."
            .formatted(weight.bytes(), weight.name(), weight.type(), weight.shape(), bytes));
  }

  private static OnnxModel slimmed(OnnxFile.Read read, String file, ExternalData external) {
    GraphProto.Builder graph = read.slim().getGraph().toBuilder().clearInitializer();
    Map<String, WeightRange> weights = new LinkedHashMap<>();
    Set<String> names = new HashSet<>();
    for (TensorProto tensor : read.slim().getGraph().getInitializerList()) {
      if (!names.add(tensor.getName())) {
        throw new ModelRefused(
            "Expected one weight \"%s\", but the graph has two.".formatted(tensor.getName()));
      }
      graph.addInitializer(place(tensor, read, file, external, weights));
    }
    return new OnnxModel(read.slim().toBuilder().setGraph(graph).build(), weights);
  }

  /// The tensor as it stays in the graph: with its data when small, else as a reference.
  private static TensorProto place(
      TensorProto tensor,
      OnnxFile.Read read,
      String file,
      ExternalData external,
      Map<String, WeightRange> weights) {
    OnnxFile.Range within = read.weights().get(tensor.getName());
    boolean outside = tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
    if (!outside && within == null) {
      return tensor;
    }
    WeightRange weight = shaped(tensor, file, within == null ? 0 : within.offset());
    if (outside) {
      weight = external.range(tensor, weight);
    } else if (within != null && within.bytes() != weight.bytes()) {
      throw wrongLength(weight, within.bytes());
    }
    if (!isConstant(weight)) {
      weights.put(weight.name(), weight);
      return reference(tensor, weight);
    }
    return outside ? withData(tensor, external.read(weight)) : tensor;
  }

  private static WeightRange shaped(TensorProto tensor, String file, long offset) {
    ElementType type;
    try {
      type = ElementType.of(tensor.getDataType());
    } catch (IllegalArgumentException e) {
      throw new ModelRefused(
          "Weight \"%s\" cannot be used. %s".formatted(tensor.getName(), e.getMessage()), e);
    }
    double bytes = type.bytes();
    for (long dimension : tensor.getDimsList()) {
      if (dimension < 0) {
        throw new ModelRefused(
            "Expected dimensions of 0 or more, but weight \"%s\" has %s."
                .formatted(tensor.getName(), tensor.getDimsList()));
      }
      bytes *= dimension;
    }
    if (bytes > Integer.MAX_VALUE) {
      throw new ModelRefused(
          "Expected a weight of at most 2 GiB, but \"%s\" (%s %s) has %.0f bytes; export the model in half precision."
              .formatted(tensor.getName(), type, tensor.getDimsList(), bytes));
    }
    return new WeightRange(
        tensor.getName(), type, tensor.getDimsList(), file, offset, (long) bytes);
  }

  private static boolean isConstant(WeightRange weight) {
    boolean whole =
        switch (weight.type()) {
          case INT32, INT64, BOOL -> true;
          default -> false;
        };
    return weight.bytes() <= (whole ? OnnxFile.SMALL : CONSTANT_BYTES_MAX);
  }

  private static TensorProto withData(TensorProto tensor, byte[] data) {
    return tensor.toBuilder()
        .clearExternalData()
        .clearDataLocation()
        .setRawData(ByteString.copyFrom(data))
        .build();
  }

  /// The place is not said: whoever loads the graph hands the weights over by name.
  private static TensorProto reference(TensorProto tensor, WeightRange weight) {
    return tensor.toBuilder()
        .clearRawData()
        .clearExternalData()
        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
        .addExternalData(entry("location", "weights"))
        .addExternalData(entry("offset", "0"))
        .addExternalData(entry("length", Long.toString(weight.bytes())))
        .build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static void requireGraph(GraphProto graph, String file) {
    if (graph.getNodeCount() == 0) {
      throw new ModelRefused(
          "Expected \"%s\" to have a graph with nodes, but it has none.".formatted(file));
    }
    if (graph.getSparseInitializerCount() > 0) {
      throw new ModelRefused(
          "Expected dense weights, but \"%s\" has sparse ones, which cannot be cut."
              .formatted(file));
    }
  }

  private void requireKnownInputs() {
    List<String> caches = kvPairs.stream().map(KvPair::past).toList();
    List<String> unknown = new ArrayList<>();
    for (ValueInfoProto value : graph().getInputList()) {
      String name = value.getName();
      if (!topology.isWeight(name) && !CONTROLS.contains(name) && !caches.contains(name)) {
        unknown.add(name);
      }
    }
    if (!unknown.isEmpty() || !topology.inputs().containsKey("input_ids")) {
      throw new ModelRefused(
          "Expected a text model that takes input_ids and perhaps attention_mask, position_ids, token_type_ids and past keys and values, but this one takes %s."
              .formatted(topology.inputs().keySet()));
    }
  }
}
