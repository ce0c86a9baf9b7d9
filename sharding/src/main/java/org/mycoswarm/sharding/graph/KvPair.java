package org.mycoswarm.sharding.graph;

import java.util.List;
import org.mycoswarm.sharding.frame.ElementType;

/// One half of a layer's attention cache: what goes in, and what comes out longer.
///
/// @param past the graph's input, such as `past_key_values.0.key`
/// @param present its output, such as `present.0.key`
/// @param type what its elements are
/// @param shape as the graph declares it; -1 where the dimension is left open
/// @param timeAxis the dimension that grows by one a token
public record KvPair(
    String past, String present, ElementType type, List<Long> shape, int timeAxis) {
  public KvPair {
    shape = List.copyOf(shape);
  }

  /// How many bytes one token of one sequence takes.
  public long bytesPerToken() {
    long bytes = type.bytes();
    for (long dimension : shape) {
      bytes *= Math.max(1, dimension);
    }
    return bytes;
  }

  /// The shape for one sequence of so many tokens.
  public List<Long> shapeFor(long tokens) {
    Long[] filled = shape.stream().map(dimension -> Math.max(1, dimension)).toArray(Long[]::new);
    filled[timeAxis] = tokens;
    return List.of(filled);
  }
}
