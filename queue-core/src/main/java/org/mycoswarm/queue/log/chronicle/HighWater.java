package org.mycoswarm.queue.log.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Remembers, beside the log, up to where it was durable: so a file that is cut off or gone at the
/// end is noticed. Two slots are written in turn, each with a checksum, so that a torn write costs
/// one of them only. The writer only.
final class HighWater implements Closeable {
  /// A position and the chain up to there; no position is known when it is 0.
  @SuppressWarnings("ArrayRecordComponent") // a mark to check against, never compared as a record
  record Mark(long position, byte[] chain) {
    static final Mark NONE = new Mark(0, new byte[Chain.BYTES]);
  }

  private static final int MAGIC = 0x4D594857;
  private static final int SLOT_BYTES = 32;
  private static final int BYTES_BETWEEN_SLOTS = 4096;

  private final FileChannel file;
  private final Mark found;
  private int nextSlot;

  private HighWater(FileChannel file, Mark first, Mark second) {
    this.file = file;
    this.found = first.position() >= second.position() ? first : second;
    this.nextSlot = first.position() >= second.position() ? 1 : 0;
  }

  static HighWater open(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    return new HighWater(file, read(file, 0), read(file, BYTES_BETWEEN_SLOTS));
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
    while (slot.hasRemaining()) {
      file.write(slot, at + slot.position());
    }
    file.force(false);
    nextSlot = 1 - nextSlot;
  }

  private static Mark read(FileChannel file, long at) throws IOException {
    ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
    while (slot.hasRemaining()) {
      if (file.read(slot, at + slot.position()) < 0) {
        return Mark.NONE;
      }
    }
    slot.flip();
    if (slot.getInt() != MAGIC || slot.getInt(SLOT_BYTES - 4) != crc(slot.array())) {
      return Mark.NONE;
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
