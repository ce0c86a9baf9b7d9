package org.mycoswarm.queue.log.files;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads records of segments through a few windows. Tasks are mostly leased in the order in which
/// they were submitted, so a window that is read on at its end doubles, up to 256 KiB; anything
/// else is read with the 4 KiB around it and takes the window that was used longest ago.
final class ReadAhead {
  private static final int WINDOWS = 16;
  private static final int FIRST_BYTES = 4 << 10;
  private static final int BYTES_MAX = 256 << 10;

  private static final class Window {
    private @Nullable SpecSegment segment;
    private long from;
    private ByteBuffer bytes = ByteBuffer.allocateDirect(FIRST_BYTES).limit(0);
    private long used;

    boolean goesOnAt(SpecSegment asked, long at) {
      return segment == asked && at >= from && at <= from + bytes.limit();
    }

    boolean holds(long at, int length) {
      return at + length <= from + bytes.limit();
    }

    void fill(SpecSegment asked, long at, int size) {
      if (bytes.capacity() < size) {
        bytes = ByteBuffer.allocateDirect(size);
      }
      segment = null;
      bytes.clear().limit(size);
      asked.read(at, bytes);
      bytes.flip();
      from = at;
      segment = asked;
    }
  }

  private final Window[] windows = new Window[WINDOWS];
  private long uses;

  ReadAhead() {
    for (int i = 0; i < WINDOWS; i++) {
      windows[i] = new Window();
    }
  }

  /// @return the bytes, until the next call
  /// @throws IllegalStateException when the file is shorter
  ByteBuffer read(SpecSegment segment, long from, int length) {
    if (segment.isInMemory(from)) {
      return segment.fromMemory(from, length);
    }
    Window window = window(segment, from);
    window.used = ++uses;
    boolean goesOn = window.goesOnAt(segment, from);
    if (!goesOn || !window.holds(from, length)) {
      int ahead = goesOn ? Math.min(2 * window.bytes.capacity(), BYTES_MAX) : FIRST_BYTES;
      window.fill(segment, from, Math.max(ahead, length));
    }
    if (!window.holds(from, length)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected %,d bytes from byte %,d on of segment %d of the specs, but the file ends before",
              length,
              from,
              segment.number));
    }
    return window.bytes.slice((int) (from - window.from), length);
  }

  /// The window that has the bytes or ends where they begin, or the one used longest ago.
  private Window window(SpecSegment segment, long from) {
    Window oldest = windows[0];
    for (Window window : windows) {
      if (window.goesOnAt(segment, from)) {
        return window;
      }
      oldest = window.used < oldest.used ? window : oldest;
    }
    return oldest;
  }

  /// The segment is gone; its file handle must not be kept.
  void forget(SpecSegment segment) {
    for (Window window : windows) {
      if (window.segment == segment) {
        window.segment = null;
        window.used = 0;
      }
    }
  }
}
