package org.mycoswarm.sharding.plan;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Which node takes which part. One stage means that the model runs whole.
public record Plan(List<PlannedStage> stages) implements Planned {
  public Plan {
    stages = List.copyOf(stages);
  }

  /// Which stage takes longest: more sequences at a time are no faster than it.
  public int narrowest() {
    return IntStream.range(0, stages.size())
        .boxed()
        .max(Comparator.comparingDouble(stage -> stages.get(stage).seconds()))
        .orElseThrow();
  }

  /// How long one token takes through all stages.
  public double seconds() {
    return stages.stream().mapToDouble(PlannedStage::seconds).sum();
  }

  /// What one sequence alone gets. Cutting never makes it faster.
  public double tokensPerSecond() {
    return 1 / seconds();
  }

  /// What all sequences get together when there are enough of them.
  public double tokensPerSecondMany() {
    return 1 / stages.get(narrowest()).seconds();
  }

  /// The law: so many sequences get together what they can keep in flight, and no more than the
  /// narrowest stage lets through.
  public double tokensPerSecond(int sessions) {
    return Math.min(sessions * tokensPerSecond(), tokensPerSecondMany());
  }
}
