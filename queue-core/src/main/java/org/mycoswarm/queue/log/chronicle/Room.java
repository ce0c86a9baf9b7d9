package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Gives a file real blocks ahead of the entries. Chronicle writes through a mapping into a sparse
/// file, and a full disk would then meet the process as an `InternalError` out of any line of code;
/// here it is an `IOException` before anything was written. The writer only.
final class Room {
  /// Room for the index pages that Chronicle puts between entries.
  private static final int INDEX_BYTES = 256 << 10;

  private static final int ZEROS_BYTES = 64 << 10;

  private final Disk disk;
  private final long stepBytes;
  private long allocated;

  Room(Disk disk, long segmentBytes) {
    this.disk = disk;
    stepBytes = Math.clamp(segmentBytes / 16, ZEROS_BYTES, 4L << 20);
  }

  /// @param isNew nothing of this file has blocks yet
  void ensure(FileChannel file, boolean isNew, long end, long bytes) throws IOException {
    if (isNew) {
      allocated = 0;
    }
    long needed = end + bytes + INDEX_BYTES;
    if (allocated < needed) {
      fill(file, needed + stepBytes);
    }
  }

  private void fill(FileChannel file, long upTo) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(ZEROS_BYTES);
    while (allocated < upTo) {
      disk.write(file, zeros.clear(), allocated);
      allocated += ZEROS_BYTES;
    }
  }
}
