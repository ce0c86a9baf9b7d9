package org.mycoswarm.sharding.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Decides which node takes which part of a model.
///
/// If a node can hold the model whole, it shall: cutting never makes a sequence faster, and a
/// second node with the whole model doubles what two get. Otherwise the plan is the one under which
/// the sequences asked for get the most tokens per second: the law is in {@link
/// Plan#tokensPerSecond(int)}. A node that would hold the others up is left out.
public final class Planner {
  /// The exact search doubles with each node. Of more, those that offer most are looked at; if they
  /// cannot hold the model, all are, in that order.
  static final int NODES_MAX = 10;

  /// How near the best bound on the narrowest stage is found.
  private static final double NEAR = 0.01;

  private static final Comparator<PlanNode> MOST_FIRST =
      Comparator.comparingLong(PlanNode::freeBytes)
          .thenComparingDouble(PlanNode::workBytesPerSecond)
          .reversed();

  private Planner() {}

  /// The best plan, or what is missing for one.
  public static Planned plan(Blocks model, List<PlanNode> nodes, Demand demand) {
    List<PlanNode> sorted = nodes.stream().sorted(MOST_FIRST).toList();
    List<PlanNode> first = sorted.subList(0, Math.min(NODES_MAX, sorted.size()));
    Planned plan = best(model, first, demand);
    return plan instanceof NoPlan && sorted.size() > first.size()
        ? best(model, sorted, demand)
        : plan;
  }

  private static Planned best(Blocks model, List<PlanNode> nodes, Demand demand) {
    Costs costs = new Costs(model, nodes, demand);
    Plan whole = whole(costs);
    if (whole != null) {
      return whole;
    }
    Layout layout = layout(costs);
    Plan quickest = layout.plan(Double.POSITIVE_INFINITY);
    return quickest == null
        ? missing(model, nodes, demand, costs)
        : widened(layout, quickest, demand.sessions());
  }

  private static Layout layout(Costs costs) {
    return costs.nodes().size() <= NODES_MAX ? new Search(costs) : new InOrder(costs);
  }

  private static @Nullable Plan whole(Costs costs) {
    return costs.nodes().stream()
        .filter(node -> costs.fits(node, 0, costs.end()))
        .min(Comparator.comparingDouble(node -> costs.seconds(node, 0, costs.end())))
        .map(node -> new Plan(List.of(costs.stage(node, 0, costs.end()))))
        .orElse(null);
  }

  /// Trades time of a lone sequence for a less narrow stage, as long as the sequences together get
  /// more: halves the span between a bound that is too tight and one that is too loose.
  private static Plan widened(Layout layout, Plan quickest, int sessions) {
    Plan best = quickest;
    double tight = 0;
    double loose = slowest(quickest);
    while (sessions > 1 && loose - tight > NEAR * loose) {
      double bound = (tight + loose) / 2;
      Plan plan = layout.plan(bound);
      if (plan != null && plan.tokensPerSecond(sessions) > best.tokensPerSecond(sessions)) {
        best = plan;
      }
      if (plan == null || plan.seconds() / sessions > bound) {
        tight = bound;
      } else {
        loose = bound;
      }
    }
    return best;
  }

  private static double slowest(Plan plan) {
    return plan.stages().get(plan.narrowest()).seconds();
  }

  private static NoPlan missing(Blocks model, List<PlanNode> nodes, Demand demand, Costs costs) {
    long caches = demand.tokens() * model.kvBytesPerToken(0, model.size());
    long weights = costs.bytes(0, costs.end()) - caches;
    long free = nodes.stream().mapToLong(PlanNode::freeBytes).sum();
    long missing = nodes.isEmpty() ? weights + caches : least(model, nodes, demand, costs);
    String sentence =
        "Expected room for %s of weights and %s of caches (%d sessions of %d tokens), but %d nodes offer %s, at most %s each; %s are missing on the largest."
            .formatted(
                size(weights),
                size(caches),
                demand.sessions(),
                demand.contextTokens(),
                nodes.size(),
                size(free),
                size(nodes.stream().mapToLong(PlanNode::freeBytes).max().orElse(0)),
                size(missing));
    return new NoPlan(missing, sentence);
  }

  /// The least that the largest node would have to offer more, within a thousandth: with enough it
  /// holds all.
  private static long least(Blocks model, List<PlanNode> nodes, Demand demand, Costs costs) {
    long tooLittle = 0;
    long enough = costs.bytes(0, costs.end()) - nodes.getFirst().freeBytes();
    while (enough - tooLittle > Math.max(1, enough / 1000)) {
      long more = tooLittle + (enough - tooLittle) / 2;
      if (fits(model, withMore(nodes, more), demand)) {
        enough = more;
      } else {
        tooLittle = more;
      }
    }
    return enough;
  }

  private static boolean fits(Blocks model, List<PlanNode> nodes, Demand demand) {
    return layout(new Costs(model, nodes, demand)).plan(Double.POSITIVE_INFINITY) != null;
  }

  private static List<PlanNode> withMore(List<PlanNode> nodes, long more) {
    PlanNode largest = nodes.getFirst();
    List<PlanNode> others = new ArrayList<>(nodes);
    others.set(
        0,
        new PlanNode(
            largest.id(),
            largest.freeBytes() + more,
            largest.workBytesPerSecond(),
            largest.hopSeconds(),
            largest.wireBytesPerSecond()));
    return others;
  }

  private static String size(long bytes) {
    return bytes < 10_000_000_000L
        ? "%.1f MB".formatted(bytes / 1e6)
        : "%.1f GB".formatted(bytes / 1e9);
  }
}
