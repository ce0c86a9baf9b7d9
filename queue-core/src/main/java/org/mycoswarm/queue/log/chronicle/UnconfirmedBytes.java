package org.mycoswarm.queue.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Whole entries at the end of a file that no one can say were synced. They are kept, and must be
/// durable before anyone reads them.
record UnconfirmedBytes(Path file, long from, long to) {
  private static final int CHUNK_BYTES = 1 << 20;

  /// Writes the same bytes over themselves and forces them. Forcing alone would not do: after a
  /// failed sync the kernel may hold pages that it calls clean and that are not on disk.
  void makeDurable(Disk disk) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
      for (long at = from; at < to; at += CHUNK_BYTES) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, to - at));
        while (chunk.hasRemaining() && channel.read(chunk, at + chunk.position()) >= 0) {}
        chunk.flip();
        disk.write(channel, chunk, at);
      }
      disk.force(channel, true);
    }
    disk.forceNames(file.resolveSibling(""), 2);
  }
}
