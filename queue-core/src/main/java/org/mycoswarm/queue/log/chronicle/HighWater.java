package org.mycoswarm.queue.log.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.log.LogDamaged;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Remembers, beside the log, up to where it was durable: so a file that is cut off or gone at the
/// end is noticed. Two slots are written in turn, each with a checksum, so that a torn write costs
/// one of them only. The writer only.
final class HighWater implements Closeable {
  /// A position and the chain up to there; no position is known when it is 0.
  @SuppressWarnings("ArrayRecordComponent") // a mark to check against, never compared as a record
  record Mark(long position, byte[] chain) {
    static final Mark NONE = new Mark(0, new byte[Chain.BYTES]);
  }

  private static final Logger LOG = LoggerFactory.getLogger(HighWater.class);
  private static final int MAGIC = 0x4D594857;
  private static final int SLOT_BYTES = 32;
  private static final int BYTES_BETWEEN_SLOTS = 4096;

  private final FileChannel file;
  private final Disk disk;
  private final Mark found;
  private int nextSlot;

  private HighWater(FileChannel file, Disk disk, Mark first, Mark second) {
    this.file = file;
    this.disk = disk;
    this.found = first.position() >= second.position() ? first : second;
    this.nextSlot = first.position() >= second.position() ? 1 : 0;
  }

  /// Opens the file of a log, or begins one. It is on disk before the log's first entry, with a
  /// first mark; so later at least one of its marks can be read, or it was damaged.
  ///
  /// @throws LogDamaged when there are entries, but no mark can be read, and nobody said that this
  ///     is known
  static HighWater open(LogFolder folder, Disk disk) throws IOException {
    Path path = folder.highWaterFile();
    boolean isHere = Files.exists(path);
    boolean isNew = folder.isEmpty();
    if (!isHere && !isNew) {
      expectKnownToBeLost(folder, "it is gone");
    }
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      Mark first = read(file, 0);
      Mark second = read(file, BYTES_BETWEEN_SLOTS);
      boolean isLost = first == null && second == null;
      if (isLost && isHere && !isNew) {
        expectKnownToBeLost(folder, "neither mark in it can be read");
      }
      HighWater highWater = new HighWater(file, disk, orNone(first), orNone(second));
      if (isLost) {
        highWater.write(Mark.NONE);
        disk.forceNames(folder.path(), 1);
        Files.deleteIfExists(folder.highWaterIsLostFile());
      }
      return highWater;
    } catch (IOException | RuntimeException refused) {
      file.close();
      throw refused;
    }
  }

  private static void expectKnownToBeLost(LogFolder folder, String why) {
    if (!Files.exists(folder.highWaterIsLostFile())) {
      throw new LogDamaged(
          "Expected '%s' to tell up to where the log was durable, but %s, so an end that is missing would not be noticed. The log stays closed and nothing was changed. Put back an undamaged copy of this file. If there is none, make an empty file '%s': it says that you accept the log as far as it can be read, and is removed when it was used."
              .formatted(folder.highWaterFile(), why, folder.highWaterIsLostFile()));
    }
    LOG.warn(
        "Expected '{}' to tell up to where the log was durable, but {}. The log is accepted as far"
            + " as it can be read, as '{}' says.",
        folder.highWaterFile(),
        why,
        folder.highWaterIsLostFile().getFileName());
  }

  /// What the file said when it was opened.
  Mark found() {
    return found;
  }

  void write(Mark mark) throws IOException {
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
    slot.putInt(MAGIC).putLong(mark.position()).put(mark.chain());
    slot.putInt(crc(slot.array())).flip();
    long at = (long) nextSlot * BYTES_BETWEEN_SLOTS;
    disk.write(file, slot, at);
    disk.force(file, true);
    nextSlot = 1 - nextSlot;
  }

  private static Mark orNone(@Nullable Mark mark) {
    return mark == null ? Mark.NONE : mark;
  }

  private static @Nullable Mark read(FileChannel file, long at) throws IOException {
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
    while (slot.hasRemaining()) {
      if (file.read(slot, at + slot.position()) < 0) {
        return null;
      }
    }
    slot.flip();
    if (slot.getInt() != MAGIC || slot.getInt(SLOT_BYTES - 4) != crc(slot.array())) {
      return null;
    }
    long position = slot.getLong();
    byte[] chain = new byte[Chain.BYTES];
    slot.get(chain);
    return new Mark(position, chain);
  }

  private static int crc(byte[] slot) {
    CRC32C crc = new CRC32C();
    crc.update(slot, 0, SLOT_BYTES - 4);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
