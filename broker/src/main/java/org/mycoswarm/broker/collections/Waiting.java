package org.mycoswarm.broker.collections;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.ChunkDetail;

/// A content that was cut and waits for vectors. For one thread.
final class Waiting {
  private final String sha256;
  private final ChunkDetail detail;
  private final List<String> needed;
  private int first;

  /// @param needed hashes of the chunks that no index knew
  Waiting(String sha256, ChunkDetail detail, Set<String> needed) {
    this.sha256 = sha256;
    this.detail = detail;
    this.needed = List.copyOf(needed);
  }

  String sha256() {
    return sha256;
  }

  ChunkDetail detail() {
    return detail;
  }

  /// The first chunk that has no vector yet; null when all have one. What it passed once it does
  /// not look at again.
  @Nullable String missing(Vectors vectors) {
    while (first < needed.size() && vectors.has(needed.get(first))) {
      first++;
    }
    return first == needed.size() ? null : needed.get(first);
  }
}
