package org.mycoswarm.sharding.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// What every possible stage costs on every node, worked out once for a search that asks often.
/// Stages begin and end at boundaries, of which a very long model keeps only some.
final class Costs {
  /// More places to cut do not make a plan noticeably better, only the search slower.
  private static final int BOUNDARIES_MAX = 64;

  private final Blocks model;
  private final List<PlanNode> nodes;
  private final long tokens;
  private final int[] boundaries;
  private final long[][] bytes;
  private final long[][] work;

  Costs(Blocks model, List<PlanNode> nodes, Demand demand) {
    this.model = model;
    this.nodes = nodes;
    this.tokens = demand.tokens();
    this.boundaries = boundaries(model);
    int count = boundaries.length;
    this.bytes = new long[count][count];
    this.work = new long[count][count];
    for (int from = 0; from < count; from++) {
      for (int to = from + 1; to < count; to++) {
        bytes[from][to] = weights(from, to) + caches(from, to);
        work[from][to] = model.workBytes(boundaries[from], boundaries[to]);
      }
    }
  }

  List<PlanNode> nodes() {
    return nodes;
  }

  /// The last boundary: the end of the model.
  int end() {
    return boundaries.length - 1;
  }

  long bytes(int from, int to) {
    return bytes[from][to];
  }

  boolean fits(PlanNode node, int from, int to) {
    return bytes[from][to] <= node.freeBytes();
  }

  /// A stage's work, its hop, and the way of what comes in and goes out.
  double seconds(PlanNode node, int from, int to) {
    long wire = model.wireBytesInto(boundaries[from]) + sends(to);
    return work[from][to] / node.workBytesPerSecond()
        + node.hopSeconds()
        + wire / node.wireBytesPerSecond();
  }

  PlannedStage stage(PlanNode node, int from, int to) {
    return new PlannedStage(
        node.id(),
        boundaries[from],
        boundaries[to],
        weights(from, to),
        caches(from, to),
        seconds(node, from, to),
        sends(to));
  }

  private long sends(int to) {
    return to == end() ? 0 : model.wireBytesInto(boundaries[to]);
  }

  private long weights(int from, int to) {
    return model.weightBytes(boundaries[from], boundaries[to]);
  }

  private long caches(int from, int to) {
    return tokens * model.kvBytesPerToken(boundaries[from], boundaries[to]);
  }

  /// All places when there are few; else the narrowest in each of as many equal parts of the
  /// weights.
  private static int[] boundaries(Blocks model) {
    TreeSet<Integer> kept = new TreeSet<>(List.of(0, model.size()));
    List<Integer> part = new ArrayList<>();
    long total = Math.max(1, model.weightBytes(0, model.size()));
    long seen = 0;
    long reached = 0;
    for (int place = 1; place < model.size(); place++) {
      seen += model.blocks().get(place - 1).weightBytes();
      part.add(place);
      long now = (long) ((double) seen / total * BOUNDARIES_MAX);
      if (model.size() <= BOUNDARIES_MAX || now > reached) {
        kept.add(narrowest(model, part));
        part.clear();
        reached = now;
      }
    }
    return kept.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int narrowest(Blocks model, List<Integer> places) {
    int best = places.getLast();
    for (int place : places) {
      if (model.wireBytesInto(place) < model.wireBytesInto(best)) {
        best = place;
      }
    }
    return best;
  }
}
