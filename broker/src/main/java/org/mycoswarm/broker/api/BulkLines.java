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
/// same bounds always give the same chunks, or a repeat could not be recognised; and a line that is
/// replaced or emptied moves no other one into another chunk's number, because empty lines count
/// too. For one thread.
final class BulkLines {
  /// @param chunkLines in a chunk, empty ones counted
  /// @param bytesMax in a chunk, and in a line
  /// @param linesMax in the body, empty ones counted
  /// @param chunksMax that are given out
  record Bounds(int chunkLines, int bytesMax, long linesMax, int chunksMax) {}

  /// @param number in the body, counted from 1
  /// @param bytes without the line's end; null when there are more than a line may have
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Line(long number, byte @Nullable [] bytes) {
    int length() {
      return bytes == null ? 0 : bytes.length;
    }
  }

  /// @param number counted from 1: of 1,000 lines each, chunk 2 is of lines 1,001 to 2,000
  /// @param part counted from 1: there are more when these lines have too many bytes for one chunk
  /// @param lines never none, and no empty ones
  /// @param bytes of its lines together
  record Chunk(int number, int part, List<Line> lines, int bytes) {
    long firstLine() {
      return lines.getFirst().number();
    }

    /// Such as `3`, and `3.2` for its second part.
    String id() {
      return part == 1 ? Integer.toString(number) : number + "." + part;
    }
  }

  /// Lines or chunks that are more than one body may have.
  record Beyond(int chunk, long firstLine, long lines) {}

  private final InputStream in;
  private final Bounds bounds;
  private long read;
  private int chunks;
  private int number;
  private int part;
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
      if (isFull(chunk, bytes, line)) {
        ahead = line;
        break;
      }
      chunk.add(line);
      bytes += line.length();
    }
    return chunk.isEmpty() ? null : numbered(chunk, bytes);
  }

  private Chunk numbered(List<Line> lines, int bytes) {
    int before = number;
    number = number(lines.getFirst());
    part = number == before ? part + 1 : 1;
    chunks++;
    return new Chunk(number, part, lines, bytes);
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
    return new Beyond(number(first), first.number(), lines);
  }

  private boolean isFull(List<Line> chunk, int bytes, Line next) {
    if (next.number() > bounds.linesMax() || chunks == bounds.chunksMax()) {
      return true;
    }
    return !chunk.isEmpty()
        && (number(next) != number(chunk.getFirst())
            || bytes + (long) next.length() > bounds.bytesMax());
  }

  private int number(Line line) {
    return (int) Math.min(Integer.MAX_VALUE, (line.number() - 1) / bounds.chunkLines() + 1);
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
