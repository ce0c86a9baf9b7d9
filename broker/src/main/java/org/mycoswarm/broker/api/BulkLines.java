package org.mycoswarm.broker.api;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts a stream of lines into chunks, with one chunk in memory at a time. The same bytes and the
/// same bounds always give the same chunks, or a repeat could not be recognised. For one thread.
final class BulkLines {
  /// @param chunkLines in a chunk
  /// @param bytesMax in a chunk, and in a line
  /// @param linesMax in all chunks together
  record Bounds(int chunkLines, int bytesMax, long linesMax) {}

  /// @param number in the body, counted from 1
  /// @param bytes without the line's end; null when there are more than a line may have
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Line(long number, byte @Nullable [] bytes) {
    int length() {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /// @param number counted from 1
  /// @param bytes of its lines together
  record Chunk(int number, List<Line> lines, int bytes) {
    long firstLine() {
      return lines.getFirst().number();
    }
  }

  /// Lines that are more than one body may have.
  record Beyond(int chunk, long firstLine, long lines) {}

  private final InputStream in;
  private final Bounds bounds;
  private long read;
  private long given;
  private int chunks;
  private @Nullable Line ahead;

  BulkLines(InputStream in, Bounds bounds) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.bounds = bounds;
  }

  /// The next lines, or null when there are no more, or no more that may be.
  ///
  /// @throws IOException when the body breaks off: what was read of the chunk is not given out
  @Nullable Chunk next() throws IOException {
    List<Line> chunk = new ArrayList<>();
    int bytes = 0;
    for (Line line = take(); line != null; line = take()) {
      if (isFull(chunk.size(), bytes, line)) {
        ahead = line;
        break;
      }
      chunk.add(line);
      bytes += line.length();
      given++;
    }
    return chunk.isEmpty() ? null : new Chunk(++chunks, chunk, bytes);
  }

  /// Reads what is left behind the last chunk, or gives null when nothing is.
  @Nullable Beyond beyond() throws IOException {
    Line first = take();
    if (first == null) {
      return null;
    }
    long lines = 1;
    while (take() != null) {
      lines++;
    }
    return new Beyond(chunks + 1, first.number(), lines);
  }

  private boolean isFull(int lines, int bytes, Line next) {
    return given == bounds.linesMax()
        || lines == bounds.chunkLines()
        || (lines > 0 && bytes + (long) next.length() > bounds.bytesMax());
  }

  private @Nullable Line take() throws IOException {
    Line line = ahead;
    ahead = null;
    while (line == null) {
      int first = in.read();
      if (first < 0) {
        return null;
      }
      line = read(first);
    }
    return line;
  }

  /// The line that begins with this byte, or null when it is empty.
  private @Nullable Line read(int first) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    long length = 0;
    boolean blank = true;
    for (int b = first; b >= 0 && b != '\n'; b = in.read()) {
      blank &= b == ' ' || b == '\t' || b == '\r';
      if (length++ < bounds.bytesMax()) {
        bytes.write(b);
      }
    }
    read++;
    if (blank) {
      return null;
    }
    return new Line(read, length > bounds.bytesMax() ? null : withoutReturn(bytes.toByteArray()));
  }

  private static byte[] withoutReturn(byte[] line) {
    int last = line.length - 1;
    return line[last] == '\r' ? Arrays.copyOf(line, last) : line;
  }
}
