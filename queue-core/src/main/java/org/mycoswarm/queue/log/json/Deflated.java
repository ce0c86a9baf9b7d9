package org.mycoswarm.queue.log.json;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Shortens long JSON objects where that costs little: the writer of the queue waits for it. Tasks
/// that differ in a reference only shrink to a tenth, faster than the disk takes them. A KiB of
/// payload each shrinks to a half or a fifth, and takes three times as long as writing it down:
/// such entries stay as they are, unless they would be too long for the log. Nobody waits for a
/// snapshot, so its blocks are deflated sooner.
///
/// A plain object starts with `{` and a deflated one with zlib's 0x78, so neither needs a mark.
final class Deflated {
  private static final int LONG_BYTES = 16 << 10;
  private static final int TOO_LONG_BYTES = 4 << 20;
  private static final int SAMPLE_BYTES = 4 << 10;

  /// How many times shorter a sample must become for the whole to be deflated. A sample shrinks
  /// less than the whole, which repeats itself more.
  static final int FOR_ENTRIES = 5;

  static final int FOR_SNAPSHOTS = 2;

  private static final int INFLATED_BYTES_MAX = 256 << 20;

  private Deflated() {}

  /// @param shrinking how many times shorter a sample of it must become
  static byte[] whenLong(byte[] json, int shrinking) {
    boolean stays =
        json.length < LONG_BYTES
            || (json.length < TOO_LONG_BYTES && !isWorthwhile(json, shrinking));
    return stays ? json : deflate(json, 0, json.length);
  }

  private static boolean isWorthwhile(byte[] json, int shrinking) {
    byte[] sample = deflate(json, json.length / 2, SAMPLE_BYTES);
    return sample.length * shrinking <= SAMPLE_BYTES;
  }

  static byte[] deflate(byte[] bytes, int from, int length) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    try {
      deflater.setInput(bytes, from, length);
      deflater.finish();
      byte[] deflated = new byte[Math.max(256, length / 4)];
      int end = deflater.deflate(deflated);
      while (!deflater.finished()) {
        deflated = Arrays.copyOf(deflated, 2 * deflated.length);
        end += deflater.deflate(deflated, end, deflated.length - end);
      }
      return Arrays.copyOf(deflated, end);
    } finally {
      deflater.end();
    }
  }

  /// @throws IOException when the bytes are neither, or inflate to more than any entry holds
  static byte[] undo(byte[] body) throws IOException {
    if (body.length == 0 || body[0] != 0x78) {
      return body;
    }
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(body);
      byte[] json = new byte[Math.max(256, 8 * Math.min(body.length, INFLATED_BYTES_MAX / 8))];
      int end = 0;
      while (!inflater.finished()) {
        if (end == json.length) {
          json = longer(json);
        }
        int more = inflater.inflate(json, end, json.length - end);
        if (more == 0 && !inflater.finished()) {
          throw new IOException("its deflated bytes are cut off");
        }
        end += more;
      }
      return Arrays.copyOf(json, end);
    } catch (DataFormatException e) {
      throw new IOException("its deflated bytes are damaged: " + e.getMessage(), e);
    } finally {
      inflater.end();
    }
  }

  private static byte[] longer(byte[] json) throws IOException {
    if (json.length >= INFLATED_BYTES_MAX) {
      throw new IOException(
          String.format(Locale.ROOT, "it inflates to more than %,d bytes", INFLATED_BYTES_MAX));
    }
    return Arrays.copyOf(json, Math.min(2 * json.length, INFLATED_BYTES_MAX));
  }
}
