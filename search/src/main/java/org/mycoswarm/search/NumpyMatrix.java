package org.mycoswarm.search;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A `.npy` file of float32 rows, written row by row. How many there are stands at its start, and
/// is known at its end: until it is closed, the file is not one.
final class NumpyMatrix implements AutoCloseable {
  private static final int HEADER_BYTES = 128;

  private final FileChannel file;
  private final int dimension;
  private final ByteBuffer rows;
  private long count;

  private NumpyMatrix(FileChannel file, int dimension) {
    this.file = file;
    this.dimension = dimension;
    this.rows =
        ByteBuffer.allocate(Math.max(1, (1 << 16) / (4 * dimension)) * 4 * dimension)
            .order(ByteOrder.LITTLE_ENDIAN);
  }

  static NumpyMatrix create(Path path, int dimension) throws IOException {
    FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    file.position(HEADER_BYTES);
    return new NumpyMatrix(file, dimension);
  }

  void add(float[] row) throws IOException {
    if (!rows.hasRemaining()) {
      flush();
    }
    for (float number : row) {
      rows.putFloat(number);
    }
    count++;
  }

  private void flush() throws IOException {
    rows.flip();
    while (rows.hasRemaining()) {
      file.write(rows);
    }
    rows.clear();
  }

  @Override
  public void close() throws IOException {
    try (file) {
      flush();
      ByteBuffer header = header();
      while (header.hasRemaining()) {
        file.write(header, header.position());
      }
    }
  }

  /// Version 1.0: a magic word, the length of the rest, a Python dictionary, blanks, a line feed.
  private ByteBuffer header() {
    String dictionary =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }".formatted(count, dimension);
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    header.put((byte) 1).put((byte) 0).putShort((short) (HEADER_BYTES - 10));
    header.put(dictionary.getBytes(StandardCharsets.US_ASCII));
    while (header.remaining() > 1) {
      header.put((byte) ' ');
    }
    return header.put((byte) '\n').flip();
  }
}
