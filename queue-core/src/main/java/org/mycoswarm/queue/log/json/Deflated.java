package org.mycoswarm.queue.log.json;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/// Shortens long JSON objects. A plain one starts with `{` and a deflated one with zlib's 0x78, so
/// neither needs a mark.
final class Deflated {
  private static final int LONG = 4 << 10;
  private static final int INFLATED_BYTES_MAX = 256 << 20;

  private Deflated() {}

  static byte[] whenLong(byte[] json) {
    if (json.length < LONG) {
      return json;
    }
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(json.length / 4);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(json);
    } catch (IOException e) {
      throw new IllegalStateException("Writing to memory cannot fail", e);
    } finally {
      deflater.end();
    }
    return bytes.toByteArray();
  }

  /// @throws IOException when the bytes are neither, or inflate to more than any entry holds
  static byte[] undo(byte[] body) throws IOException {
    if (body.length == 0 || body[0] != 0x78) {
      return body;
    }
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(body))) {
      byte[] json = in.readNBytes(INFLATED_BYTES_MAX);
      if (in.read() >= 0) {
        throw new IOException("it inflates to more than %,d bytes".formatted(INFLATED_BYTES_MAX));
      }
      return json;
    }
  }
}
