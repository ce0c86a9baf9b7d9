package org.mycoswarm.queue.log.json;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.mycoswarm.queue.domain.StateImage;
import org.mycoswarm.queue.log.LogDamaged;
import org.mycoswarm.queue.log.StateImageCodec;

/// Pieces of a state as lines of JSON, one object each, with the stable name of the piece first:
/// `{"piece":"state.task","task":"01kaq3x0m2-j1.7",...}`. Blocks are deflated where that pays, as
/// entries of the log are.
public final class JsonStateImageCodec implements StateImageCodec {
  private static final int VERSION = 1;
  private static final int BLOCK_BYTES = 256 << 10;

  @Override
  public int version() {
    return VERSION;
  }

  @Override
  public byte[] encodeSome(Iterator<StateImage> pieces) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(BLOCK_BYTES / 4);
    while (pieces.hasNext() && lines.size() < BLOCK_BYTES) {
      lines.writeBytes(JsonText.of(pieces.next(), StateShapes::write));
      lines.write('\n');
    }
    return Deflated.whenLong(lines.toByteArray(), Deflated.FOR_SNAPSHOTS);
  }

  @Override
  public List<StateImage> decode(byte[] block) {
    try {
      byte[] lines = Deflated.undo(block);
      List<StateImage> pieces = new ArrayList<>();
      for (int from = 0, to; from < lines.length; from = to + 1) {
        to = endOfLine(lines, from);
        pieces.add(JsonFields.whole(JsonFields.read(lines, from, to - from), StateShapes::piece));
      }
      return pieces;
    } catch (IOException | IllegalArgumentException e) {
      throw new LogDamaged(
          "Expected pieces of a state as JSON of version %d, but they are not: %s"
              .formatted(VERSION, e.getMessage()),
          e);
    }
  }

  private static int endOfLine(byte[] lines, int from) {
    for (int i = from; i < lines.length; i++) {
      if (lines[i] == '\n') {
        return i;
      }
    }
    throw new IllegalArgumentException("the last line is cut off");
  }
}
