package org.mycoswarm.sharding.plan;

import java.util.List;

/// A weight that several blocks use, such as an embedding that is the output layer as well. A stage
/// holds it once when it has at least one of the blocks.
public record SharedWeight(long bytes, List<Integer> blocks) {
  public SharedWeight {
    blocks = List.copyOf(blocks);
  }
}
