package org.mycoswarm.queue.log.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the documents of one Chronicle Queue file (`.cq4`), and never writes.
///
/// Chronicle's own tailer is not used for reading. It maps files for writing and so grows, marks or
/// replaces damaged ones before anybody has looked; it trusts index pages that have no checksum;
/// and it needs end markers that are never synced. The format underneath is plain: at every
/// multiple of four a little-endian header of 30 bits of length, one bit "metadata" and one "not
/// complete"; zero where nothing was written yet. A test holds this against Chronicle's tailer, for
/// the day its version is raised.
///
/// Confined to one thread at a time.
final class CycleFile implements Closeable {
  static final int DOCUMENT_BYTES_MAX = 64 << 20;

  private static final int HEADER_BYTES = 4;
  private static final int NOT_COMPLETE = 0x8000_0000;
  private static final int METADATA = 0x4000_0000;
  private static final int END_OF_FILE = NOT_COMPLETE | METADATA;
  private static final int LENGTH = ~END_OF_FILE;
  private static final int WINDOW_BYTES = 64 << 10;

  private final FileChannel channel;
  private final ByteBuffer window =
      ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowAt;
  private long next;
  private long knownSize;
  private String whyNone = "";
  private boolean endsCleanly;

  private CycleFile(FileChannel channel) {
    this.channel = channel;
  }

  /// A document with data; metadata is Chronicle's own and skipped.
  ///
  /// @param offset of its header, in bytes from the start of the file
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way out of a file, never compared
  record Document(long offset, byte[] content) {
    long end() {
      return offset + HEADER_BYTES + content.length;
    }
  }

  static CycleFile open(Path file) throws IOException {
    return new CycleFile(FileChannel.open(file, StandardOpenOption.READ));
  }

  /// The next document will be looked for at this offset. What was read ahead is forgotten, so
  /// bytes written in the meantime are seen.
  void seek(long offset) {
    next = offset;
    window.limit(0);
  }

  /// Forgets what was read ahead: the writer has written since.
  void refresh() {
    window.limit(0);
  }

  /// The next document with data, or null when there is none at this place; [#whyNone] then says
  /// what is there instead.
  @Nullable Document next() throws IOException {
    while (true) {
      int header = have(next, HEADER_BYTES) ? window.getInt((int) (next - windowAt)) : 0;
      int length = header & LENGTH;
      if (!isReadable(header, length)) {
        return null;
      }
      if (next == 0 && (header & METADATA) == 0) {
        whyNone = "the file does not begin like a file of Chronicle Queue";
        return null;
      }
      long at = next;
      if ((header & METADATA) == 0) {
        byte[] content = content(at + HEADER_BYTES, length);
        next = aligned(at + HEADER_BYTES + length);
        return new Document(at, content);
      }
      next = aligned(at + HEADER_BYTES + length);
    }
  }

  private boolean isReadable(int header, int length) throws IOException {
    endsCleanly = header == 0 || header == END_OF_FILE;
    if (header == 0) {
      whyNone = "there are only zeros";
    } else if (header == END_OF_FILE) {
      whyNone = "there is the end mark of the file";
    } else if ((header & NOT_COMPLETE) != 0) {
      whyNone = "there is an entry that was not completed";
    } else if (length > DOCUMENT_BYTES_MAX || !holds(next + HEADER_BYTES + length)) {
      whyNone =
          String.format(Locale.ROOT, "the length there, %,d bytes, goes beyond the file", length);
    } else {
      return true;
    }
    return false;
  }

  /// Asks for the size of the file only when it seems to be too short: asking costs as much as
  /// reading, and files that are written to grow.
  private boolean holds(long end) throws IOException {
    if (end > knownSize) {
      knownSize = channel.size();
    }
    return end <= knownSize;
  }

  /// Where the next document will be looked for.
  long offset() {
    return next;
  }

  /// What was found where the last [#next] found no document.
  String whyNone() {
    return String.format(Locale.ROOT, "%s (byte %,d)", whyNone, next);
  }

  /// Whether the last [#next] found none because nothing was ever written there.
  boolean endsCleanly() {
    return endsCleanly;
  }

  /// Whether there is nothing but zeros: a file that was made and not written.
  boolean isBlank() throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(WINDOW_BYTES);
    for (long at = 0; at < channel.size(); at += WINDOW_BYTES) {
      ByteBuffer bytes = bytes(at, WINDOW_BYTES);
      if (!bytes.equals(zeros.limit(bytes.limit()))) {
        return false;
      }
    }
    return true;
  }

  long size() throws IOException {
    return channel.size();
  }

  /// The bytes from one offset on; fewer than asked for at the end of the file.
  ByteBuffer bytes(long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Math.clamp(channel.size() - from, 0, count));
    read(bytes, from);
    return bytes.flip();
  }

  private byte[] content(long from, int length) throws IOException {
    if (length <= WINDOW_BYTES && have(from, length)) {
      byte[] content = new byte[length];
      window.get((int) (from - windowAt), content);
      return content;
    }
    return bytes(from, length).array();
  }

  /// Makes sure that the window holds these bytes; false when the file ends before.
  private boolean have(long from, int count) throws IOException {
    if (from < windowAt || from + count > windowAt + window.limit()) {
      window.clear();
      windowAt = from;
      read(window, from);
      window.flip();
    }
    return count <= window.limit() - (from - windowAt);
  }

  private void read(ByteBuffer into, long from) throws IOException {
    while (into.hasRemaining()) {
      int read = channel.read(into, from + into.position());
      if (read < 0) {
        return;
      }
    }
  }

  static long aligned(long offset) {
    return (offset + 3) & ~3L;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
