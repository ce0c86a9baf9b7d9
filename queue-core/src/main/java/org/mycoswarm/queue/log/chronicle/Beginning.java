package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogDamaged;

/// Where the log begins once older files were dropped: the first entry that is kept, the chain up
/// to there, and the file that holds it. The file `beginning` says it, and is on disk before the
/// first of the older files is deleted; so files before it are leftovers, whatever they hold. It
/// holds the same 96 bytes twice, 4 KiB apart, because without them the log could not be opened:
///
/// ```
///  0 magic "MYBG"   4 position   12 chain before it   28 file, padded with zeros   92 CRC32C
/// ```
///
/// @param position of the first entry kept, 1 when nothing was dropped
/// @param file the name of its file, from the log's folder on; empty when nothing was dropped
@SuppressWarnings("ArrayRecordComponent") // read once, never compared as a record
record Beginning(long position, byte[] chain, String file) {
  static final Beginning NOTHING_DROPPED = new Beginning(1, new byte[Chain.BYTES], "");

  private static final int MAGIC = 0x4D594247;
  private static final int FILE_BYTES = 64;
  private static final int COPY_BYTES = 96;
  private static final int CRC_AT = COPY_BYTES - Integer.BYTES;
  private static final int BYTES_BETWEEN_COPIES = 4096;

  /// What was found on disk.
  ///
  /// @param isWhole false when one of the two copies is damaged; the file should be written again
  record Found(Beginning beginning, boolean isWhole) {}

  /// @throws LogDamaged when the file is there and neither copy can be read
  static Found read(Path path) throws IOException {
    if (!Files.exists(path)) {
      return new Found(NOTHING_DROPPED, true);
    }
    byte[] bytes = Files.readAllBytes(path);
    Beginning first = copy(bytes, 0);
    Beginning second = copy(bytes, BYTES_BETWEEN_COPIES);
    Beginning good = first != null ? first : second;
    if (good == null) {
      throw new LogDamaged(
          String.format(
              Locale.ROOT,
              "Expected '%s' to tell where the log begins, but neither copy in its %,d bytes can be read. The log stays closed and nothing was changed. Put back an undamaged copy of this file; do not delete it, nor anything else, before.",
              path,
              bytes.length));
    }
    return new Found(good, first != null && second != null);
  }

  /// Returns once the file would survive a power cut. Until then the one before is there.
  void write(Path path, Disk disk) throws IOException {
    Path beside = path.resolveSibling(path.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            beside,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      disk.write(channel, ByteBuffer.wrap(bytes()), 0);
      disk.write(channel, ByteBuffer.wrap(bytes()), BYTES_BETWEEN_COPIES);
      disk.force(channel, true);
    }
    Files.move(beside, path, StandardCopyOption.ATOMIC_MOVE);
    disk.forceNames(path.resolveSibling(""), 1);
  }

  private byte[] bytes() {
    ByteBuffer copy = ByteBuffer.allocate(COPY_BYTES);
    copy.putInt(MAGIC).putLong(position).put(chain);
    copy.put(Arrays.copyOf(file.getBytes(StandardCharsets.US_ASCII), FILE_BYTES));
    copy.putInt(crc(copy.array()));
    return copy.array();
  }

  private static @Nullable Beginning copy(byte[] bytes, int at) {
    if (bytes.length < at + COPY_BYTES) {
      return null;
    }
    ByteBuffer copy = ByteBuffer.wrap(Arrays.copyOfRange(bytes, at, at + COPY_BYTES));
    if (copy.getInt() != MAGIC || copy.getInt(CRC_AT) != crc(copy.array())) {
      return null;
    }
    long position = copy.getLong();
    byte[] chain = new byte[Chain.BYTES];
    byte[] file = new byte[FILE_BYTES];
    copy.get(chain).get(file);
    return new Beginning(position, chain, new String(file, StandardCharsets.US_ASCII).trim());
  }

  private static int crc(byte[] copy) {
    CRC32C crc = new CRC32C();
    crc.update(copy, 0, CRC_AT);
    return (int) crc.getValue();
  }
}
