package org.mycoswarm.queue.log.chronicle;

import java.nio.file.Path;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// One file of the log, and where in it some of its entries are. The writer (or the check at open)
/// notes entries; any thread looks them up.
final class Segment {
  private static final int BYTES_BETWEEN_NOTES = 64 << 10;

  private final Path file;
  private final long firstPosition;
  private volatile byte @Nullable [] chainBefore;
  private final ConcurrentSkipListMap<Long, Long> offsetByPosition = new ConcurrentSkipListMap<>();
  private long lastNoted;

  /// @param chainBefore the link of the entry before the first one; null when that entry was not
  ///     read yet
  Segment(Path file, long firstPosition, long firstOffset, byte @Nullable [] chainBefore) {
    this.file = file;
    this.firstPosition = firstPosition;
    this.chainBefore = chainBefore;
    this.lastNoted = firstOffset;
    offsetByPosition.put(firstPosition, firstOffset);
  }

  Path file() {
    return file;
  }

  long firstPosition() {
    return firstPosition;
  }

  byte[] chainBefore() {
    byte[] link = chainBefore;
    if (link == null) {
      throw new IllegalStateException(
          "Expected the entry before position %d to have been read".formatted(firstPosition));
    }
    return link;
  }

  void chainBefore(byte[] link) {
    chainBefore = link;
  }

  /// One entry in 64 KiB is remembered, so 100 million entries cost a few MiB.
  void note(long position, long offset) {
    if (offset - lastNoted >= BYTES_BETWEEN_NOTES) {
      offsetByPosition.put(position, offset);
      lastNoted = offset;
    }
  }

  /// A place at or before an entry of this segment, from which to read on.
  Place placeBefore(long position) {
    var noted = offsetByPosition.floorEntry(position);
    if (noted == null) {
      throw new IllegalStateException(
          "Expected position %d in %s, but that begins with %d"
              .formatted(position, file, firstPosition));
    }
    return new Place(noted.getKey(), noted.getValue());
  }

  record Place(long position, long offset) {}
}
