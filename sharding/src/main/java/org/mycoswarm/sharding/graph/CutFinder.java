package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Goes through a graph once and notes at each place which tensors are still needed later. Where
/// few are, the graph can be cut: no layer's name has to be known.
final class CutFinder {
  private static final Pattern MULTIPLIES =
      Pattern.compile("MatMul.*|Gemm|.*Attention|.*LayerNormalization|DynamicQuantizeLinear");

  private final OnnxModel model;
  private final Topology topology;
  private final Cheap cheap;
  private final ElementTypes types;
  private final Map<String, Integer> lastUse = new HashMap<>();
  private final Set<String> firm = new HashSet<>();
  private final Map<String, ValueInfoProto> declared = new HashMap<>();
  private final Map<String, KvPair> presents = new HashMap<>();
  private final int[] kvOpen;
  private final long hidden;
  private int lastHeavy;

  CutFinder(OnnxModel model, Cheap cheap, ElementTypes types) {
    this.model = model;
    this.topology = model.topology();
    this.cheap = cheap;
    this.types = types;
    this.kvOpen = new int[topology.nodes().size() + 1];
    model.graph().getValueInfoList().forEach(value -> declared.put(value.getName(), value));
    model.kvPairs().forEach(pair -> presents.put(pair.present(), pair));
    noteUses();
    noteCaches();
    this.hidden = hidden();
  }

  /// @param tensorsMax how many tensors may cross
  List<Cut> cuts(int tensorsMax) {
    List<Cut> cuts = new ArrayList<>();
    Set<String> live = new LinkedHashSet<>();
    Map<Integer, List<String>> ending = new HashMap<>();
    Tally tally = new Tally();
    int open = 0;
    for (int place = 0; place < lastHeavy; place++) {
      tally.add(place);
      open += kvOpen[place];
      boolean made = false;
      for (String output : topology.nodes().get(place).getOutputList()) {
        int last = lastUse.getOrDefault(output, -1);
        if (last > place && !cheap.contains(output)) {
          made |= live.add(output);
          ending.computeIfAbsent(last, _ -> new ArrayList<>()).add(output);
        }
      }
      live.removeAll(ending.getOrDefault(place, List.of()));
      if (made
          && open == 0
          && live.size() <= tensorsMax
          && live.stream().allMatch(this::mayCross)) {
        cuts.add(tally.cut(place, live));
      }
    }
    return cuts;
  }

  Cut end() {
    Tally tally = new Tally();
    for (int place = 0; place < topology.nodes().size(); place++) {
      tally.add(place);
    }
    return tally.cut(topology.nodes().size() - 1, Set.of());
  }

  private boolean mayCross(String tensor) {
    return types.code(tensor) != 0 && firm.contains(tensor);
  }

  /// A runtime melts what lies between into one operator (a normalisation, an activation) and
  /// rounds differently when it sees only half of it: 1e-6 instead of 0. So a cut goes where a
  /// product begins, at a sum of two branches, or at what a table gave.
  private void noteFirm(int place) {
    NodeProto node = topology.nodes().get(place);
    if (MULTIPLIES.matcher(node.getOpType()).matches()) {
      firm.addAll(topology.reads(place));
    }
    long branches = topology.reads(place).stream().filter(read -> !cheap.contains(read)).count();
    boolean joins = node.getOpType().equals("Add") && branches == 2;
    boolean looksUp = node.getInputCount() > 0 && Cheap.isTable(node, node.getInput(0));
    if (joins || looksUp) {
      firm.addAll(node.getOutputList());
    }
  }

  /// A shape can be sent in place of the tensor, so asking for it keeps no tensor alive.
  private void noteUses() {
    for (int place = 0; place < topology.nodes().size(); place++) {
      NodeProto node = topology.nodes().get(place);
      noteFirm(place);
      if (!Cheap.isShape(node)) {
        for (String read : topology.reads(place)) {
          lastUse.put(read, place);
        }
      }
      if (node.getOutputList().stream().anyMatch(output -> !cheap.contains(output))) {
        lastHeavy = place;
      }
    }
    for (String output : topology.outputs().keySet()) {
      if (!presents.containsKey(output)) {
        lastUse.put(output, topology.nodes().size());
      }
    }
  }

  /// Between the first and the last node that handle a cache no cut may be: it stays on one node.
  private void noteCaches() {
    Map<String, int[]> spans = new HashMap<>();
    for (KvPair pair : model.kvPairs()) {
      int[] span = {Integer.MAX_VALUE, 0};
      spans.put(pair.past(), span);
      spans.put(pair.present(), span);
    }
    for (int place = 0; place < topology.nodes().size(); place++) {
      NodeProto node = topology.nodes().get(place);
      if (!Cheap.isShape(node)) {
        for (String tensor : topology.reads(place)) {
          widen(spans.get(tensor), place);
        }
      }
      for (String tensor : node.getOutputList()) {
        widen(spans.get(tensor), place);
      }
    }
    for (KvPair pair : model.kvPairs()) {
      int[] span = Objects.requireNonNull(spans.get(pair.present()));
      kvOpen[span[0]]++;
      kvOpen[span[1]]--;
    }
  }

  private static void widen(int @Nullable [] span, int place) {
    if (span != null) {
      span[0] = Math.min(span[0], place);
      span[1] = Math.max(span[1], place);
    }
  }

  /// How wide the model is: the second dimension of the table that the ids look up.
  private long hidden() {
    for (int place = 0; place < topology.nodes().size(); place++) {
      NodeProto node = topology.nodes().get(place);
      for (String read : topology.reads(place)) {
        WeightRange weight = model.weight(read);
        if (weight != null && Cheap.isTable(node, read) && node.getInput(1).equals("input_ids")) {
          return weight.shape().getLast();
        }
      }
    }
    return 0;
  }

  /// What lies before a place, summed up on the way.
  private final class Tally {
    private final Set<String> seen = new HashSet<>();
    private final Set<String> read = new HashSet<>();
    private long weightBytes;
    private long workBytes;
    private int kvPairs;
    private long kvBytes;

    void add(int place) {
      NodeProto node = topology.nodes().get(place);
      for (String tensor : topology.reads(place)) {
        WeightRange weight = model.weight(tensor);
        if (weight != null) {
          weightBytes += seen.add(tensor) ? weight.bytes() : 0;
          workBytes += !Cheap.isTable(node, tensor) && read.add(tensor) ? weight.bytes() : 0;
        }
      }
      for (String output : node.getOutputList()) {
        KvPair pair = presents.get(output);
        if (pair != null) {
          kvPairs++;
          kvBytes += pair.bytesPerToken();
        }
      }
    }

    Cut cut(int place, Set<String> live) {
      long wire = live.stream().mapToLong(CutFinder.this::bytesPerToken).sum();
      return new Cut(place + 1, List.copyOf(live), weightBytes, workBytes, kvPairs, kvBytes, wire);
    }
  }

  private long bytesPerToken(String tensor) {
    ValueInfoProto value = declared.get(tensor);
    long last = -1;
    if (value != null && types.code(tensor) != 0) {
      List<Long> shape = Port.of(value).shape();
      last = shape.isEmpty() ? -1 : shape.getLast();
    }
    return Float.BYTES * (last > 0 ? last : hidden);
  }
}
