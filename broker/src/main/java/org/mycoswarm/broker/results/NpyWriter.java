package org.mycoswarm.broker.results;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Writes one matrix of `float` as a NumPy file: format 1.0, `<f4`, C order. The number of rows
/// stands in the header, so it must be known first.
final class NpyWriter {
  static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;

  private NpyWriter() {}

  static void header(OutputStream out, long rows, int dimension) throws IOException {
    String shape =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, dimension);
    int length = MAGIC.length + 2 + shape.length() + 1;
    int padding = (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
    byte[] text = (shape + " ".repeat(padding) + "\n").getBytes(ISO_8859_1);
    out.write(MAGIC);
    out.write(text.length & 0xff);
    out.write(text.length >> 8);
    out.write(text);
  }

  static void row(OutputStream out, float[] row) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(row.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(row);
    out.write(bytes.array());
  }
}
