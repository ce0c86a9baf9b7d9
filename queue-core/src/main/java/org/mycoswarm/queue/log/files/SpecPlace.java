package org.mycoswarm.queue.log.files;

/// Where a spec lies, in one number: 24 bits for the segment, 19 for the block in it where the
/// record begins, 20 for how many blocks it has. Blocks have 64 bytes.
final class SpecPlace {
  static final int BLOCK_BYTES = 64;
  private static final int BLOCKS_BITS = 20;
  private static final int START_BITS = 19;

  /// A segment takes records that begin within these bytes.
  static final long SEGMENT_BYTES = (long) BLOCK_BYTES << START_BITS;

  static final int RECORD_BYTES_MAX = BLOCK_BYTES * ((1 << BLOCKS_BITS) - 1);

  private SpecPlace() {}

  /// @param from where it begins, in bytes; on a block
  /// @param bytes whole blocks
  static long of(long segment, long from, int bytes) {
    return (segment << START_BITS | from / BLOCK_BYTES) << BLOCKS_BITS | bytes / BLOCK_BYTES;
  }

  static int wholeBlocks(int bytes) {
    return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
  }

  static long segment(long place) {
    return place >>> (START_BITS + BLOCKS_BITS);
  }

  /// Which of the segment's blocks it begins with.
  static int block(long place) {
    return (int) (place >>> BLOCKS_BITS) & (1 << START_BITS) - 1;
  }

  static long from(long place) {
    return (long) block(place) * BLOCK_BYTES;
  }

  static int bytes(long place) {
    return ((int) place & (1 << BLOCKS_BITS) - 1) * BLOCK_BYTES;
  }
}
