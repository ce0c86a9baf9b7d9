package org.mycoswarm.cli.nearest;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes NumPy files for tests, as NumPy itself does.
public final class NpyBytes {
  private NpyBytes() {}

  public static byte[] of(float[][] rows) {
    return of(rows, "<f4");
  }

  static byte[] of(float[][] rows, String type) {
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%d, %d), }"
            .formatted(type, rows.length, rows[0].length);
    String padded = header + " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    ByteBuffer file =
        ByteBuffer.allocate(10 + padded.length() + rows.length * rows[0].length * 4)
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    file.putShort((short) padded.length());
    file.put(padded.getBytes(US_ASCII));
    for (float[] row : rows) {
      for (float value : row) {
        file.putFloat(value);
      }
    }
    return file.array();
  }
}
