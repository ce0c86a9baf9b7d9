package org.mycoswarm.node.work;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkLine;

/// The blob that a `chunk` task made, with an index of its lines: many `embed` tasks read a few
/// lines each of a large one. Immutable.
final class ChunkLines {
  private final byte[] bytes;
  private final int[] starts;

  ChunkLines(byte[] bytes) {
    this.bytes = bytes;
    this.starts = starts(bytes);
  }

  int count() {
    return starts.length;
  }

  int bytes() {
    return bytes.length;
  }

  /// The texts of the lines `from` to `to` (exclusive).
  List<String> texts(int from, int to) throws TaskFailed {
    if (from < 0 || from >= to || to > count()) {
      throw TaskFailed.forGood(
          "Expected lines between 0 and %d, as the blob of chunks has, but %d to %d were asked for"
              .formatted(count(), from, to));
    }
    List<String> texts = new ArrayList<>(to - from);
    for (int line = from; line < to; line++) {
      texts.add(text(line));
    }
    return texts;
  }

  private String text(int line) throws TaskFailed {
    int end = line + 1 < count() ? starts[line + 1] : bytes.length;
    try {
      ChunkLine read =
          Json.LENIENT.readValue(bytes, starts[line], end - starts[line], ChunkLine.class);
      if (read != null && read.text() != null) {
        return read.embedded();
      }
    } catch (IOException e) {
      throw TaskFailed.forGood(
          "Expected a chunk in line %d of the blob, but: %s".formatted(line, e.getMessage()));
    }
    throw TaskFailed.forGood(
        "Expected a chunk in line %d of the blob, but it has no text".formatted(line));
  }

  private static int[] starts(byte[] bytes) {
    int[] starts = new int[16];
    int count = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (at == 0 || bytes[at - 1] == '\n') {
        starts = count == starts.length ? Arrays.copyOf(starts, 2 * count) : starts;
        starts[count++] = at;
      }
    }
    return Arrays.copyOf(starts, count);
  }
}
