package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A graph with its nodes in an order in which they can be computed, and who makes what.
final class Topology {
  private final List<NodeProto> nodes = new ArrayList<>();
  private final List<List<String>> reads = new ArrayList<>();
  private final Map<String, Integer> producers = new HashMap<>();
  private final Map<String, TensorProto> initializers = new LinkedHashMap<>();
  private final Map<String, ValueInfoProto> inputs = new LinkedHashMap<>();
  private final Map<String, ValueInfoProto> outputs = new LinkedHashMap<>();

  /// @throws ModelRefused when a node reads what nothing makes, or what is made of itself
  Topology(GraphProto graph) {
    graph.getInitializerList().forEach(tensor -> initializers.put(tensor.getName(), tensor));
    for (ValueInfoProto value : graph.getInputList()) {
      if (!isWeight(value.getName())) {
        inputs.put(value.getName(), value);
      }
    }
    graph.getOutputList().forEach(value -> outputs.put(value.getName(), value));
    order(graph);
    outputs.keySet().forEach(output -> requireMade("The graph's output", output));
  }

  /// In an order in which each reads only what was made before.
  List<NodeProto> nodes() {
    return nodes;
  }

  /// What a node reads, with what the bodies of an `If` or `Loop` take from outside.
  List<String> reads(int node) {
    return reads.get(node);
  }

  /// The place of the node that makes a tensor; null for inputs and weights.
  @Nullable Integer producer(String tensor) {
    return producers.get(tensor);
  }

  boolean isWeight(String tensor) {
    return initializers.containsKey(tensor);
  }

  /// Weights and constants by name, in the graph's order.
  Map<String, TensorProto> initializers() {
    return initializers;
  }

  Map<String, ValueInfoProto> inputs() {
    return inputs;
  }

  Map<String, ValueInfoProto> outputs() {
    return outputs;
  }

  private void order(GraphProto graph) {
    Map<String, Integer> makers = new HashMap<>();
    List<List<String>> read = new ArrayList<>();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      read.add(readsOf(node));
      for (String output : node.getOutputList()) {
        if (!output.isEmpty() && makers.putIfAbsent(output, i) != null) {
          throw new ModelRefused("Expected one node to make \"%s\", but two do.".formatted(output));
        }
      }
    }
    State[] states = new State[graph.getNodeCount()];
    for (int i = 0; i < graph.getNodeCount(); i++) {
      visit(i, graph, makers, read, states);
    }
  }

  private enum State {
    OPEN,
    DONE
  }

  /// Depth first without recursion: a deep model has thousands of nodes in a row.
  private void visit(
      int root,
      GraphProto graph,
      Map<String, Integer> makers,
      List<List<String>> read,
      @Nullable State[] states) {
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    while (!open.isEmpty()) {
      int node = open.peek();
      if (states[node] == State.DONE) {
        open.pop();
        continue;
      }
      List<Integer> before = new ArrayList<>();
      for (String tensor : read.get(node)) {
        Integer maker = makers.get(tensor);
        if (maker != null && states[maker] != State.DONE) {
          before.add(maker);
        }
      }
      if (before.isEmpty()) {
        append(graph.getNode(node), read.get(node));
        states[node] = State.DONE;
      } else if (states[node] == State.OPEN) {
        throw new ModelRefused(
            "Expected a graph without circles, but \"%s\" is made of itself."
                .formatted(graph.getNode(node).getOutput(0)));
      } else {
        states[node] = State.OPEN;
        before.forEach(open::push);
      }
    }
  }

  private void append(NodeProto node, List<String> read) {
    read.forEach(
        tensor ->
            requireMade("Node \"%s\" (%s)".formatted(node.getName(), node.getOpType()), tensor));
    node.getOutputList().stream()
        .filter(output -> !output.isEmpty())
        .forEach(output -> producers.put(output, nodes.size()));
    nodes.add(node);
    reads.add(read);
  }

  private void requireMade(String reader, String tensor) {
    if (!isWeight(tensor) && !inputs.containsKey(tensor) && !producers.containsKey(tensor)) {
      throw new ModelRefused(
          "%s needs the tensor \"%s\", but nothing in the graph makes it."
              .formatted(reader, tensor));
    }
  }

  private static List<String> readsOf(NodeProto node) {
    Set<String> read = new LinkedHashSet<>();
    node.getInputList().stream().filter(name -> !name.isEmpty()).forEach(read::add);
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasG()) {
        read.addAll(capturedBy(attribute.getG()));
      }
      attribute.getGraphsList().forEach(body -> read.addAll(capturedBy(body)));
    }
    return List.copyOf(read);
  }

  private static List<String> capturedBy(GraphProto body) {
    Set<String> own = new HashSet<>();
    body.getInitializerList().forEach(tensor -> own.add(tensor.getName()));
    body.getInputList().forEach(value -> own.add(value.getName()));
    List<String> captured = new ArrayList<>();
    for (NodeProto node : body.getNodeList()) {
      readsOf(node).stream().filter(name -> !own.contains(name)).forEach(captured::add);
      own.addAll(node.getOutputList());
    }
    for (ValueInfoProto output : body.getOutputList()) {
      if (!own.contains(output.getName())) {
        captured.add(output.getName());
      }
    }
    return captured;
  }
}
