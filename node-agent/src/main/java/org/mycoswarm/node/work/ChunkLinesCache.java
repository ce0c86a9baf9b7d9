package org.mycoswarm.node.work;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The chunk blobs that were read last: the tasks of one document come one after the other. Shared
/// by all workers. Any thread.
public final class ChunkLinesCache {
  private static final long BYTES_MAX = 64L << 20;

  private final Map<String, ChunkLines> byHash = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  synchronized Optional<ChunkLines> get(String sha256) {
    return Optional.ofNullable(byHash.get(sha256));
  }

  synchronized void put(String sha256, ChunkLines lines) {
    if (byHash.putIfAbsent(sha256, lines) != null) {
      return;
    }
    bytes += lines.bytes();
    var eldest = byHash.entrySet().iterator();
    while (bytes > BYTES_MAX && byHash.size() > 1) {
      bytes -= eldest.next().getValue().bytes();
      eldest.remove();
    }
  }
}
