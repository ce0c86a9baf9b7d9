package org.mycoswarm.sharding.plan;

import java.util.List;

/// Tries every way to lay a model over nodes. Says only how good the best is; written apart from
/// the planner, from the law alone.
final class Exhaustive {
  private final Blocks model;
  private final List<PlanNode> nodes;
  private final Demand demand;
  private double best;

  Exhaustive(Blocks model, List<PlanNode> nodes, Demand demand) {
    this.model = model;
    this.nodes = nodes;
    this.demand = demand;
  }

  /// The most tokens per second that all sessions can get together; 0 when nothing fits.
  double best() {
    tryFrom(0, 0, 0, 0);
    return best;
  }

  private void tryFrom(int block, int used, double sum, double slowest) {
    if (block == model.size()) {
      best = Math.max(best, Math.min(demand.sessions() / sum, 1 / slowest));
      return;
    }
    for (int n = 0; n < nodes.size(); n++) {
      if ((used & 1 << n) != 0) {
        continue;
      }
      for (int to = block + 1; to <= model.size() && fits(nodes.get(n), block, to); to++) {
        double seconds = seconds(nodes.get(n), block, to);
        tryFrom(to, used | 1 << n, sum + seconds, Math.max(slowest, seconds));
      }
    }
  }

  boolean fits(PlanNode node, int from, int to) {
    long bytes = 0;
    for (int i = from; i < to; i++) {
      Block block = model.blocks().get(i);
      bytes += block.weightBytes();
      bytes += block.kvBytesPerToken() * demand.contextTokens() * demand.sessions();
    }
    for (SharedWeight weight : model.shared()) {
      for (int i = from; i < to; i++) {
        if (weight.blocks().contains(i)) {
          bytes += weight.bytes();
          break;
        }
      }
    }
    return bytes <= node.freeBytes();
  }

  double seconds(PlanNode node, int from, int to) {
    double work = 0;
    for (int i = from; i < to; i++) {
      work += model.blocks().get(i).workBytes();
    }
    double wire = from == 0 ? 0 : model.blocks().get(from - 1).wireBytesPerToken();
    wire += to == model.size() ? 0 : model.blocks().get(to - 1).wireBytesPerToken();
    return work / node.workBytesPerSecond() + node.hopSeconds() + wire / node.wireBytesPerSecond();
  }
}
