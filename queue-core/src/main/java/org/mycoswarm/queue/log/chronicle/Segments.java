package org.mycoswarm.queue.log.chronicle;

import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Which file holds which positions: each from its first position to the one before the next file's
/// first. What lies behind that in a file is an end that was dropped, and cannot be reached from
/// here. The writer adds and retention drops; any thread looks up.
final class Segments {
  private final ConcurrentSkipListMap<Long, Segment> byFirstPosition =
      new ConcurrentSkipListMap<>();

  void add(Segment segment) {
    byFirstPosition.put(segment.firstPosition(), segment);
  }

  /// Tells the segment that begins with a position which link comes before it.
  void linked(long firstPosition, byte[] chainBefore) {
    Segment segment = byFirstPosition.get(firstPosition);
    if (segment == null) {
      throw new IllegalStateException("Expected a segment that begins with " + firstPosition);
    }
    segment.chainBefore(chainBefore);
  }

  @Nullable Segment holding(long position) {
    var entry = byFirstPosition.floorEntry(position);
    return entry == null ? null : entry.getValue();
  }

  /// Forgets every segment that begins before a position.
  void dropBefore(long firstPosition) {
    byFirstPosition.headMap(firstPosition).clear();
  }

  boolean isEmpty() {
    return byFirstPosition.isEmpty();
  }
}
