package org.mycoswarm.sharding.graph;

import java.util.List;
import org.mycoswarm.sharding.frame.ElementType;

/// Where one weight lies: a range of bytes in one of the model's files. Little-endian, row by row.
///
/// @param name the initializer's name in the graph
/// @param type what its elements are
/// @param shape how many elements in each dimension
/// @param file relative to the model's folder, with `/` between parts
/// @param offset where it begins in the file
/// @param bytes how many bytes it takes, at most 2 GiB
public record WeightRange(
    String name, ElementType type, List<Long> shape, String file, long offset, long bytes) {
  public WeightRange {
    shape = List.copyOf(shape);
  }
}
