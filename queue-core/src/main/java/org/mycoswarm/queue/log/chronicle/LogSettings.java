package org.mycoswarm.queue.log.chronicle;

import java.util.Locale;

/// How the log lays itself out on disk.
///
/// @param segmentBytes the log goes on in a new file once this many bytes are in one, 1 or more;
///     the
///     last entry may go over it
/// @param recordBytesMax the largest body that [ChronicleEventLog#append] takes, 1 KiB to 32 MiB.
///     Files are mapped in blocks of eight times this, because Chronicle must find a whole entry
///     inside one block and its overlap; the blocks are sparse and cost address space, not disk
public record LogSettings(long segmentBytes, int recordBytesMax) {
  private static final int BLOCK_BYTES_MIN = 1 << 20;

  public static final LogSettings DEFAULT = new LogSettings(64L << 20, 8 << 20);

  public LogSettings {
    if (segmentBytes < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Expected segmentBytes of 1 or more, but it is %,d", segmentBytes));
    }
    if (recordBytesMax < 1 << 10 || recordBytesMax > 32 << 20) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected recordBytesMax from 1,024 to 33,554,432, but it is %,d",
              recordBytesMax));
    }
  }

  long blockBytes() {
    long block = BLOCK_BYTES_MIN;
    while (block < 8L * recordBytesMax) {
      block *= 2;
    }
    return block;
  }
}
