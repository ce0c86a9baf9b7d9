package org.mycoswarm.sharding.plan;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Like {@link Search} for any number of nodes, but the stages go over the nodes in the order in
/// which they are given, leaving out some. Finds a plan for models that need very many nodes, not
/// always the best.
final class InOrder implements Layout {
  private final Costs costs;
  private final int places;

  InOrder(Costs costs) {
    this.costs = costs;
    this.places = costs.end() + 1;
  }

  @Override
  public @Nullable Plan plan(double bound) {
    int nodes = costs.nodes().size();
    double[][] least = new double[nodes + 1][places];
    int[][] from = new int[nodes + 1][places];
    Arrays.fill(least[0], Double.POSITIVE_INFINITY);
    least[0][0] = 0;
    for (int node = 0; node < nodes; node++) {
      least[node + 1] = least[node].clone();
      Arrays.fill(from[node + 1], -1);
      extend(node, bound, least, from[node + 1]);
    }
    return least[nodes][costs.end()] < Double.POSITIVE_INFINITY ? walkBack(from) : null;
  }

  private void extend(int node, double bound, double[][] least, int[] from) {
    PlanNode on = costs.nodes().get(node);
    for (int place = 0; place < costs.end(); place++) {
      double before = least[node][place];
      for (int to = place + 1;
          before < Double.POSITIVE_INFINITY && to < places && costs.fits(on, place, to);
          to++) {
        double seconds = costs.seconds(on, place, to);
        if (seconds <= bound && before + seconds < least[node + 1][to]) {
          least[node + 1][to] = before + seconds;
          from[to] = place;
        }
      }
    }
  }

  private Plan walkBack(int[][] from) {
    Deque<PlannedStage> stages = new ArrayDeque<>();
    int place = costs.end();
    for (int node = costs.nodes().size(); node > 0; node--) {
      int before = from[node][place];
      if (place > 0 && before >= 0) {
        stages.addFirst(costs.stage(costs.nodes().get(node - 1), before, place));
        place = before;
      }
    }
    return new Plan(List.copyOf(stages));
  }
}
