package org.mycoswarm.node.work;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A matrix of floats as NumPy writes it: format 1.0, `<f4`, C order, shape rows x dimension.
final class NpyMatrix {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};

  /// The numbers start at a multiple of this, as the format asks.
  private static final int ALIGNMENT = 64;

  private NpyMatrix() {}

  /// @param rows each of that dimension
  static byte[] write(List<float[]> rows, int dimension) {
    byte[] header = header(rows.size(), dimension);
    ByteBuffer file =
        ByteBuffer.allocate(MAGIC.length + 2 + header.length + 4 * rows.size() * dimension)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(MAGIC)
            .putShort((short) header.length)
            .put(header);
    for (float[] row : rows) {
      for (float x : row) {
        file.putFloat(x);
      }
    }
    return file.array();
  }

  private static byte[] header(int rows, int dimension) {
    String dictionary =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(rows, dimension);
    int unpadded = MAGIC.length + 2 + dictionary.length() + 1;
    int padding = (ALIGNMENT - unpadded % ALIGNMENT) % ALIGNMENT;
    return (dictionary + " ".repeat(padding) + "\n").getBytes(US_ASCII);
  }
}
