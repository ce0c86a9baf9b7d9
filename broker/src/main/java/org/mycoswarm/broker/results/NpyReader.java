package org.mycoswarm.broker.results;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads a matrix of `float` from a NumPy file, row by row: format 1.0, `<f4`, C order, as the
/// nodes write it. Closing it reads to the end first, because only there a blob's hash is checked.
public final class NpyReader implements AutoCloseable {
  private static final Pattern SHAPE =
      Pattern.compile("'shape'\\s*:\\s*\\(\\s*(\\d{1,9})\\s*,\\s*(\\d{1,6})\\s*\\)");
  private static final Pattern FLOATS = Pattern.compile("'descr'\\s*:\\s*'<f4'");
  private static final Pattern C_ORDER = Pattern.compile("'fortran_order'\\s*:\\s*False");

  private final InputStream in;
  private final String name;
  private final int rows;
  private final int dimension;

  /// @param name what errors call the file
  /// @throws IOException when it is not such a file
  public NpyReader(InputStream in, String name) throws IOException {
    this.in = in;
    this.name = name;
    if (!Arrays.equals(in.readNBytes(NpyWriter.MAGIC.length), NpyWriter.MAGIC)) {
      throw unexpected("a NumPy file of format 1.0", "its first bytes are others");
    }
    int length = in.read() | in.read() << 8;
    String header = new String(in.readNBytes(Math.max(length, 0)), ISO_8859_1);
    Matcher shape = SHAPE.matcher(header);
    if (!FLOATS.matcher(header).find() || !C_ORDER.matcher(header).find() || !shape.find()) {
      throw unexpected("'<f4' in C order with two dimensions", "its header is " + header.strip());
    }
    this.rows = Integer.parseInt(shape.group(1));
    this.dimension = Integer.parseInt(shape.group(2));
  }

  public int rows() {
    return rows;
  }

  public int dimension() {
    return dimension;
  }

  /// The bytes of the next row, in the file's own order.
  ///
  /// @throws IOException when the file ends before it
  public byte[] rowBytes() throws IOException {
    byte[] row = in.readNBytes(dimension * 4);
    if (row.length < dimension * 4) {
      throw unexpected(rows + " rows of " + dimension, "it ends before");
    }
    return row;
  }

  public float[] row() throws IOException {
    float[] row = new float[dimension];
    ByteBuffer.wrap(rowBytes()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
    return row;
  }

  @Override
  public void close() throws IOException {
    try (in) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  private IOException unexpected(String expected, String found) {
    return new IOException(
        "Expected %s in vectors blob '%s', but %s".formatted(expected, name, found));
  }
}
