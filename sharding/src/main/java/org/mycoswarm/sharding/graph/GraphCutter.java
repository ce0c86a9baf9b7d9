package org.mycoswarm.sharding.graph;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Cuts a model into stages, to be computed one after the other on different nodes, with the same
/// result as the whole.
///
/// What every stage can make of ids and position alone (masks, rotary tables) it makes itself; what
/// really crosses a cut is sent. A cache stays where its layer is.
///
/// Immutable; any thread may use it.
public final class GraphCutter {
  /// Plain exports have one tensor between layers. Fused ones have two: what the layer added is
  /// added up by the layer after.
  private static final int TENSORS_MAX = 2;

  private final OnnxModel model;
  private final Cheap cheap;
  private final ElementTypes types;
  private final CutFinder finder;

  public GraphCutter(OnnxModel model) {
    this.model = model;
    this.cheap = new Cheap(model.topology());
    this.types = new ElementTypes(model.graph(), model.topology());
    this.finder = new CutFinder(model, cheap, types);
  }

  /// The model that is cut.
  public OnnxModel model() {
    return model;
  }

  /// Where the graph can be cut, in its order; empty when it cannot. Where one tensor crosses often
  /// enough, places where two do are left out.
  public List<Cut> cuts() {
    List<Cut> narrow = finder.cuts(1);
    return narrow.size() > model.kvPairs().size() / 2 ? narrow : cuts(TENSORS_MAX);
  }

  /// Where the graph can be cut if so many tensors may cross.
  List<Cut> cuts(int tensorsMax) {
    return finder.cuts(tensorsMax);
  }

  /// The end of the graph, told like a cut that nothing crosses: what the whole model holds.
  public Cut end() {
    return finder.end();
  }

  /// The stages between these cuts, one more than there are cuts; the whole model for none.
  ///
  /// @param at some of the {@link #cuts}, in ascending order, each once
  public List<StageGraph> split(List<Cut> at) {
    List<Integer> ends = new ArrayList<>(at.stream().map(Cut::place).toList());
    ends.add(model.topology().nodes().size());
    List<StageGraph> stages = new ArrayList<>();
    List<String> wanted = List.of();
    for (int k = at.size(); k >= 0; k--) {
      int from = k == 0 ? 0 : ends.get(k - 1);
      if (from >= ends.get(k)) {
        throw new IllegalArgumentException(
            "Expected cuts in ascending order, each once, but got %s.".formatted(ends));
      }
      StageCutter stage = new StageCutter(model, cheap, types, from, ends.get(k));
      StageGraph cut = stage.cut(k == at.size(), wanted, "stage" + k);
      stages.addFirst(cut);
      wanted = cut.inputs();
    }
    return List.copyOf(stages);
  }

  /// The weights that each block between two neighbouring {@link #cuts} uses, one set more than
  /// there are cuts. A weight in more than one set is needed by more than one stage.
  public List<Set<WeightRange>> weightsByBlock() {
    List<Set<WeightRange>> blocks = new ArrayList<>();
    split(cuts()).forEach(stage -> blocks.add(new HashSet<>(stage.weights())));
    return blocks;
  }
}
