package org.mycoswarm.inference.shard;

import java.nio.file.Path;
import java.util.List;
import org.mycoswarm.sharding.frame.ElementType;

/// Where the bytes of one weight tensor lie on this machine.
///
/// @param name in the graph
/// @param offset of its first byte in the file
public record WeightFile(String name, ElementType type, List<Long> shape, Path file, long offset) {
  public WeightFile {
    shape = List.copyOf(shape);
  }

  /// How many bytes it has.
  public long bytes() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }
}
