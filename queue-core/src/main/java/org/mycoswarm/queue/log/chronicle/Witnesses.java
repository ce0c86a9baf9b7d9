package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/// Looks behind an unreadable place for whole entries. Each tells which positions were durable when
/// it was appended, so it can testify that the unreadable one had been acknowledged. Lengths in
/// front of it cannot be trusted, so every multiple of four bytes is looked at.
final class Witnesses {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final int START_BYTES = 12;
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(CHUNK_BYTES + START_BYTES);

  private Witnesses() {}

  /// The highest position that an entry from `offset` on says was durable; 0 when there is none.
  static long highestDurable(Path path, long offset) throws IOException {
    long highest = 0;
    try (CycleFile file = CycleFile.open(path)) {
      for (long at = CycleFile.aligned(offset); at < file.size(); at += CHUNK_BYTES) {
        ByteBuffer chunk = file.bytes(at, CHUNK_BYTES + START_BYTES);
        if (chunk.equals(ZEROS.slice(0, chunk.limit()))) {
          continue; // a file is made larger than it needs to be, and most of it stays so
        }
        int last = Math.min(CHUNK_BYTES, chunk.limit() - START_BYTES + 1);
        for (int i = 0; i < last; i += 4) {
          int bytes = Envelope.bytesByStart(chunk.position(i));
          if (bytes > 0) {
            highest = Math.max(highest, durableIn(file, at + i, bytes));
          }
        }
      }
    }
    return highest;
  }

  private static long durableIn(CycleFile file, long at, int bytes) throws IOException {
    try {
      return Envelope.read(file.bytes(at, bytes).array()).durable();
    } catch (Unreadable noWitness) {
      return 0;
    }
  }
}
