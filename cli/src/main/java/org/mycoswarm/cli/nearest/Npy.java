package org.mycoswarm.cli.nearest;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a NumPy file of little-endian floats, row by row, so that a matrix of any size fits. For
/// one thread.
public final class Npy {
  private static final Pattern SHAPE =
      Pattern.compile("'descr': '<f4', 'fortran_order': False, 'shape': \\((\\d+), (\\d+)\\)");

  private final DataInputStream in;
  private final int rows;
  private final int dimension;
  private int next;

  private Npy(DataInputStream in, int rows, int dimension) {
    this.in = in;
    this.rows = rows;
    this.dimension = dimension;
  }

  public static Npy open(InputStream stream) throws IOException {
    DataInputStream in = new DataInputStream(stream);
    byte[] magic = in.readNBytes(8);
    if (magic.length < 8 || magic[0] != (byte) 0x93 || magic[6] != 1) {
      throw new IOException("Expected a NumPy file of format 1.0, but it starts otherwise");
    }
    int length = Short.toUnsignedInt(Short.reverseBytes(in.readShort()));
    String header = new String(in.readNBytes(length), StandardCharsets.US_ASCII);
    Matcher shape = SHAPE.matcher(header);
    if (!shape.find()) {
      throw new IOException(
          "Expected a matrix of '<f4' in C order, but the header is '%s'"
              .formatted(header.strip()));
    }
    return new Npy(in, Integer.parseInt(shape.group(1)), Integer.parseInt(shape.group(2)));
  }

  public int rows() {
    return rows;
  }

  public int dimension() {
    return dimension;
  }

  /// @throws EOFException when the file ends before its last row
  public float[] row() throws IOException {
    byte[] bytes = in.readNBytes(dimension * Float.BYTES);
    if (bytes.length < dimension * Float.BYTES) {
      throw new EOFException("Expected %d rows, but the file ends in row %d".formatted(rows, next));
    }
    next++;
    float[] row = new float[dimension];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
    return row;
  }
}
