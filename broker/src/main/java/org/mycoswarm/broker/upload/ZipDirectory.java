package org.mycoswarm.broker.upload;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/// Looks at how long the directory of a zip is, before the library reads all of it into memory.
final class ZipDirectory {
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;
  private static final int COMMENT_BYTES_MAX = 0xffff;
  private static final int LOCATOR64 = 0x07064b50;
  private static final int LOCATOR64_BYTES = 20;
  private static final int END64 = 0x06064b50;
  private static final int END64_BYTES = 56;
  private static final long SEE_64 = 0xffffffffL;

  private ZipDirectory() {}

  /// @throws UploadRefused when there is no directory, or it is longer than the files allowed could
  ///     need
  static void check(Path file, UploadLimits limits) throws IOException {
    long most = 512L * limits.entriesMax() + (1 << 16);
    try (FileChannel channel = FileChannel.open(file)) {
      if (channel.size() - start(channel) > most) {
        throw UploadRefused.tooLarge("bytes in its directory", most);
      }
    }
  }

  private static long start(FileChannel file) throws IOException {
    int length = (int) Math.min(file.size(), END_BYTES + COMMENT_BYTES_MAX);
    long tailAt = file.size() - length;
    ByteBuffer tail = read(file, tailAt, length);
    for (int at = length - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == END) {
        long start = Integer.toUnsignedLong(tail.getInt(at + 16));
        return start == SEE_64 ? start64(file, tailAt + at) : start;
      }
    }
    throw UploadRefused.unreadable("its directory is missing, as when it was cut");
  }

  private static long start64(FileChannel file, long endAt) throws IOException {
    ByteBuffer locator = read(file, Math.max(endAt - LOCATOR64_BYTES, 0), LOCATOR64_BYTES);
    if (locator.getInt(0) == LOCATOR64) {
      ByteBuffer end = read(file, Math.max(locator.getLong(8), 0), END64_BYTES);
      if (end.getInt(0) == END64) {
        return end.getLong(48);
      }
    }
    throw UploadRefused.unreadable("its directory is damaged");
  }

  private static ByteBuffer read(FileChannel file, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    int read = 0;
    while (bytes.hasRemaining() && read >= 0) {
      read = file.read(bytes, at + bytes.position());
    }
    return bytes.clear();
  }
}
