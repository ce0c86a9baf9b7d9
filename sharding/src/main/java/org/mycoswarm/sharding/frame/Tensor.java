package org.mycoswarm.sharding.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A named tensor that crosses a cut. Immutable as long as nobody writes to the memory that `data`
/// was made from; any thread may read it.
///
/// @param name as in the graph; at most 255 bytes of UTF-8
/// @param type what its elements are
/// @param shape how many elements in each dimension; at most 8 dimensions, none for a scalar
/// @param data the elements, row by row, little-endian, exactly as many bytes as type and shape
///     ask for. The accessor gives a read-only view of its own each time, little-endian
public record Tensor(String name, ElementType type, List<Long> shape, ByteBuffer data) {
  /// The most dimensions that a tensor has here.
  public static final int RANK_MAX = 8;

  private static final int NAME_BYTES_MAX = 255;
  private static final float HALF_MAX = 65_504f;

  public Tensor {
    shape = List.copyOf(shape);
    data = view(data);
    requireName(name);
    long bytes = bytesOf(name, type, shape);
    if (bytes != data.remaining()) {
      throw new IllegalArgumentException(
          "Expected %d bytes for tensor \"%s\" (%s %s), but there are %d."
              .formatted(bytes, name, type, shape, data.remaining()));
    }
  }

  /// A tensor of 32-bit floats.
  public static Tensor ofFloats(String name, List<Long> shape, float... values) {
    ByteBuffer data = room(4, values.length);
    data.asFloatBuffer().put(values);
    return new Tensor(name, ElementType.FLOAT, shape, data);
  }

  /// A tensor of 64-bit integers.
  public static Tensor ofLongs(String name, List<Long> shape, long... values) {
    ByteBuffer data = room(8, values.length);
    data.asLongBuffer().put(values);
    return new Tensor(name, ElementType.INT64, shape, data);
  }

  @Override
  public ByteBuffer data() {
    return view(data);
  }

  /// Its elements, when they are 32-bit floats.
  public float[] floats() {
    require(ElementType.FLOAT);
    FloatBuffer from = data().asFloatBuffer();
    float[] values = new float[from.remaining()];
    from.get(values);
    return values;
  }

  /// Its elements, when they are 64-bit integers.
  public long[] longs() {
    require(ElementType.INT64);
    LongBuffer from = data().asLongBuffer();
    long[] values = new long[from.remaining()];
    from.get(values);
    return values;
  }

  /// The same tensor as 16-bit floats, rounded to the nearest, half the bytes. A tensor that is not
  /// of 32-bit floats stays as it is, and so does one with a value that 16 bits cannot hold (above
  /// 65,504): it would become infinite, and every token after it wrong.
  public Tensor toHalf() {
    if (type != ElementType.FLOAT) {
      return this;
    }
    FloatBuffer from = data().asFloatBuffer();
    ByteBuffer half = room(2, from.remaining());
    ShortBuffer to = half.asShortBuffer();
    while (from.hasRemaining()) {
      float value = from.get();
      if (Float.isFinite(value) && Math.abs(value) > HALF_MAX) {
        return this;
      }
      to.put(Float.floatToFloat16(value));
    }
    return new Tensor(name, ElementType.FLOAT16, shape, half);
  }

  /// The same tensor as 32-bit floats when it is of 16-bit ones; another stays as it is.
  public Tensor toFloat() {
    if (type != ElementType.FLOAT16) {
      return this;
    }
    ShortBuffer from = data().asShortBuffer();
    ByteBuffer wide = room(4, from.remaining());
    FloatBuffer to = wide.asFloatBuffer();
    while (from.hasRemaining()) {
      to.put(Float.float16ToFloat(from.get()));
    }
    return new Tensor(name, ElementType.FLOAT, shape, wide);
  }

  private static ByteBuffer room(int bytes, int elements) {
    return ByteBuffer.allocate(Math.multiplyExact(bytes, elements)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Views forget the byte order, and a shared position would make two readers disturb each other.
  private static ByteBuffer view(ByteBuffer data) {
    return data.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void requireName(String name) {
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > NAME_BYTES_MAX) {
      throw new IllegalArgumentException(
          "Expected a tensor's name of at most %d bytes, but \"%s\" has %d."
              .formatted(NAME_BYTES_MAX, name, bytes));
    }
  }

  private static long bytesOf(String name, ElementType type, List<Long> shape) {
    if (shape.size() > RANK_MAX) {
      throw new IllegalArgumentException(
          "Expected at most %d dimensions, but tensor \"%s\" has %d."
              .formatted(RANK_MAX, name, shape.size()));
    }
    long bytes = type.bytes();
    for (long dimension : shape) {
      if (dimension < 0 || dimension > 0xFFFF_FFFFL) {
        throw new IllegalArgumentException(
            "Expected dimensions from 0 to 4294967295, but tensor \"%s\" has %s."
                .formatted(name, shape));
      }
      bytes = times(bytes, dimension);
    }
    return bytes;
  }

  /// A product that stays too large instead of turning round.
  private static long times(long bytes, long dimension) {
    return Math.multiplyHigh(bytes, dimension) != 0 || bytes * dimension < 0
        ? Long.MAX_VALUE
        : bytes * dimension;
  }

  private void require(ElementType wanted) {
    if (type != wanted) {
      throw new IllegalStateException(
          "Expected tensor \"%s\" to be of %s, but it is of %s.".formatted(name, wanted, type));
    }
  }
}
