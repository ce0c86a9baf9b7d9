package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Cuts one stage out of a graph: goes backwards from what has to leave it and takes every node on
/// the way, until it comes to what the stage before has to send. Used once.
final class StageCutter {
  private final OnnxModel model;
  private final Topology topology;
  private final Cheap cheap;
  private final ElementTypes types;
  private final int from;
  private final int to;

  private final TreeMap<Integer, NodeProto> taken = new TreeMap<>();
  private final Set<String> sent = new LinkedHashSet<>();
  private final Set<String> given = new LinkedHashSet<>();
  private final Set<String> seen = new HashSet<>();
  private final Set<String> foreignShapes = new LinkedHashSet<>();
  private final Map<String, KvPair> caches = new HashMap<>();

  /// @param from the first node of the stage, in the order of computing
  /// @param to the first one after it
  StageCutter(OnnxModel model, Cheap cheap, ElementTypes types, int from, int to) {
    this.model = model;
    this.topology = model.topology();
    this.cheap = cheap;
    this.types = types;
    this.from = from;
    this.to = to;
    model.kvPairs().forEach(pair -> caches.put(pair.past(), pair));
  }

  /// @param wanted what the stage after asks for; the last stage gives the model's outputs
  StageGraph cut(boolean last, List<String> wanted, String name) {
    List<KvPair> kept = model.kvPairs().stream().filter(this::isOwn).toList();
    List<String> outputs = last ? modelOutputs() : wanted;
    take(outputs);
    take(kept.stream().map(KvPair::present).toList());
    for (String shape : foreignShapes) {
      takeForeignShape(shape, kept);
    }
    return stage(outputs, kept, name);
  }

  private List<String> modelOutputs() {
    Set<String> presents = new HashSet<>();
    model.kvPairs().forEach(pair -> presents.add(pair.present()));
    return topology.outputs().keySet().stream().filter(o -> !presents.contains(o)).toList();
  }

  private boolean isOwn(KvPair pair) {
    Integer place = topology.producer(pair.present());
    return place != null && isHere(place);
  }

  private boolean isHere(int place) {
    return place >= from && place < to;
  }

  private void take(List<String> tensors) {
    Deque<String> open = new ArrayDeque<>(tensors);
    while (!open.isEmpty()) {
      String tensor = open.pop();
      if (!seen.add(tensor) || topology.isWeight(tensor)) {
        continue;
      }
      Integer place = topology.producer(tensor);
      if (place == null) {
        given.add(tensor);
      } else if (!isHere(place) && !cheap.contains(tensor)) {
        sent.add(tensor);
      } else if (isForeignShape(place)) {
        foreignShapes.add(tensor);
      } else {
        taken.put(place, topology.nodes().get(place));
        topology.reads(place).forEach(open::push);
      }
    }
  }

  /// Whether it is the shape of a tensor that another stage has.
  private boolean isForeignShape(int place) {
    NodeProto node = topology.nodes().get(place);
    if (!Cheap.isShape(node) || cheap.contains(node.getInput(0))) {
      return false;
    }
    KvPair cache = caches.get(node.getInput(0));
    return cache == null ? !isHere(place) : !isOwn(cache);
  }

  /// Exports ask for the shape of layer 0's cache in every layer: any cache of the same shape does.
  /// The shape of a tensor that is sent anyway is asked of that one; another shape is sent itself.
  private void takeForeignShape(String shape, List<KvPair> kept) {
    Integer place = topology.producer(shape);
    if (place == null) {
      return;
    }
    NodeProto node = topology.nodes().get(place);
    String of = node.getInput(0);
    String twin = sent.contains(of) ? of : twin(caches.get(of), kept);
    if (twin == null && from == 0) {
      throw new ModelRefused(
          "Expected a cut with a cache before it, but the shape of \"%s\" is needed and no stage has one like it."
              .formatted(of));
    } else if (twin == null) {
      sent.add(shape);
    } else {
      taken.put(place, node.toBuilder().setInput(0, twin).build());
    }
  }

  private static @Nullable String twin(@Nullable KvPair of, List<KvPair> kept) {
    for (KvPair pair : kept) {
      if (of != null && of.shape().equals(pair.shape()) && of.type() == pair.type()) {
        return pair.past();
      }
    }
    return null;
  }

  private StageGraph stage(List<String> outputs, List<KvPair> kept, String name) {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name).addAllNode(taken.values());
    List<String> controls = new ArrayList<>();
    for (Map.Entry<String, ValueInfoProto> input : topology.inputs().entrySet()) {
      boolean own = kept.stream().anyMatch(pair -> pair.past().equals(input.getKey()));
      if (own || given.contains(input.getKey())) {
        graph.addInput(input.getValue());
        if (OnnxModel.CONTROLS.contains(input.getKey())) {
          controls.add(input.getKey());
        }
      }
    }
    sent.forEach(tensor -> graph.addInput(declaration(tensor)));
    outputs.forEach(tensor -> graph.addOutput(declaration(tensor)));
    kept.forEach(pair -> graph.addOutput(declaration(pair.present())));
    List<WeightRange> weights = addWeights(graph);
    ModelProto stage = model.slim().toBuilder().setGraph(graph).build();
    int repeated = taken.headMap(from).size();
    return new StageGraph(stage, weights, controls, List.copyOf(sent), outputs, kept, repeated);
  }

  private List<WeightRange> addWeights(GraphProto.Builder graph) {
    Set<String> used = new HashSet<>();
    taken.keySet().forEach(place -> used.addAll(topology.reads(place)));
    List<WeightRange> weights = new ArrayList<>();
    for (TensorProto tensor : topology.initializers().values()) {
      if (used.contains(tensor.getName())) {
        graph.addInitializer(tensor);
        WeightRange weight = model.weight(tensor.getName());
        if (weight != null) {
          weights.add(weight);
        }
      }
    }
    return weights;
  }

  private ValueInfoProto declaration(String tensor) {
    ValueInfoProto output = topology.outputs().get(tensor);
    return output != null ? output : types.declaration(tensor);
  }
}
