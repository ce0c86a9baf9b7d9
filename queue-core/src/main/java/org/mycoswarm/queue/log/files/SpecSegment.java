package org.mycoswarm.queue.log.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.mycoswarm.queue.log.LogFailure;

/// One file of records, appended to until it is sealed, with a bit for each that is still needed.
/// What was appended last is read from memory.
final class SpecSegment {
  private static final int TAIL_BYTES = 256 << 10;
  private static final ByteBuffer SEALED = ByteBuffer.allocate(0);

  final long number;
  private final Path path;
  private final FileChannel file;
  private final BitSet live = new BitSet();
  private ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES);
  private long written;
  private long liveBytes;

  SpecSegment(Path folder, long number) {
    this.number = number;
    this.path = folder.resolve("%08d%s".formatted(number, SpecFiles.SUFFIX));
    try {
      file =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failure("create", e);
    }
  }

  /// Where the next record would begin.
  long end() {
    return written + tail.position();
  }

  long liveBytes() {
    return liveBytes;
  }

  /// @param record whole blocks; read to its end
  void append(long place, ByteBuffer record) {
    live.set(SpecPlace.block(place));
    liveBytes += record.remaining();
    if (record.remaining() > tail.remaining()) {
      flush();
    }
    if (record.remaining() > tail.remaining()) {
      write(record);
    } else {
      tail.put(record);
    }
  }

  /// Nothing more is appended.
  void seal() {
    flush();
    tail = SEALED;
  }

  private void flush() {
    write(tail.flip());
    tail.clear();
  }

  private void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        written += file.write(bytes, written);
      }
    } catch (IOException e) {
      throw failure("write", e);
    }
  }

  boolean holds(long place) {
    return live.get(SpecPlace.block(place));
  }

  void drop(long place) {
    live.clear(SpecPlace.block(place));
    liveBytes -= SpecPlace.bytes(place);
  }

  /// Where each record begins that is still needed, as it is now.
  long[] livePlaces() {
    return live.stream().mapToLong(block -> (long) block * SpecPlace.BLOCK_BYTES).toArray();
  }

  /// Whether the bytes from here on are in memory still, and not in the file.
  boolean isInMemory(long from) {
    return from >= written;
  }

  ByteBuffer fromMemory(long from, int bytes) {
    return tail.duplicate().clear().slice((int) (from - written), bytes);
  }

  /// Fills the buffer from the file as far as the file goes.
  void read(long from, ByteBuffer into) {
    try {
      int read = 0;
      while (into.hasRemaining() && read >= 0) {
        read = file.read(into, from + into.position());
      }
    } catch (IOException e) {
      throw failure("read", e);
    }
  }

  void delete() {
    try {
      file.close();
      Files.delete(path);
    } catch (IOException e) {
      throw failure("delete", e);
    }
  }

  private LogFailure failure(String what, IOException e) {
    return new LogFailure(
        "Expected to %s '%s', which keeps what tasks are to do, but %s; the broker stops, and nothing is lost: free some room on the disk or repair it, and start it again"
            .formatted(what, path, e),
        e);
  }
}
