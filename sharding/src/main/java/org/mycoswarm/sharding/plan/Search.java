package org.mycoswarm.sharding.plan;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds the stages whose times sum up to the least, none longer than a bound, by dynamic
/// programming: the best way to have computed so many blocks with just these nodes goes on from the
/// best way with one node less. Exact; its cost doubles with each node.
final class Search implements Layout {
  private final Costs costs;
  private final int nodes;
  private final int places;
  private final double[] least;
  private final int[] cameFrom;

  Search(Costs costs) {
    this.costs = costs;
    this.nodes = costs.nodes().size();
    this.places = costs.end() + 1;
    this.least = new double[(1 << nodes) * places];
    this.cameFrom = new int[least.length];
  }

  @Override
  public @Nullable Plan plan(double bound) {
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    least[0] = 0;
    int best = -1;
    for (int used = 0; used < 1 << nodes; used++) {
      for (int place = 0; place < costs.end(); place++) {
        if (least[used * places + place] < Double.POSITIVE_INFINITY) {
          extend(used, place, bound);
        }
      }
      int end = used * places + costs.end();
      if (least[end] < Double.POSITIVE_INFINITY && (best < 0 || least[end] < least[best])) {
        best = end;
      }
    }
    return best < 0 ? null : walkBack(best);
  }

  private void extend(int used, int place, double bound) {
    int state = used * places + place;
    for (int node = 0; node < nodes; node++) {
      if ((used & 1 << node) != 0) {
        continue;
      }
      PlanNode on = costs.nodes().get(node);
      for (int to = place + 1; to < places && costs.fits(on, place, to); to++) {
        double seconds = costs.seconds(on, place, to);
        int next = (used | 1 << node) * places + to;
        if (seconds <= bound && least[state] + seconds < least[next]) {
          least[next] = least[state] + seconds;
          cameFrom[next] = state;
        }
      }
    }
  }

  private Plan walkBack(int end) {
    Deque<PlannedStage> stages = new ArrayDeque<>();
    for (int state = end; state != 0; state = cameFrom[state]) {
      int before = cameFrom[state];
      int node = Integer.numberOfTrailingZeros(state / places ^ before / places);
      stages.addFirst(costs.stage(costs.nodes().get(node), before % places, state % places));
    }
    return new Plan(List.copyOf(stages));
  }
}
