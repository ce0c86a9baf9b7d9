package org.mycoswarm.sharding.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;

/// One message between broker and node: a header and the tensors that go with it.
///
/// As bytes, all numbers little-endian:
///
/// | bytes | what |
/// | --- | --- |
/// | 4 | `MSF1` |
/// | 4 | how many bytes the header has |
/// | n | the header, UTF-8 |
/// | 2 | how many tensors follow |
/// | for each | 1 + name, 1 type, 1 rank, 4 a dimension, 4 + data |
/// | 4 | CRC-32C of everything before |
///
/// A tensor's data begins at a multiple of 8, with zeros before it.
///
/// @param header text whose meaning sender and receiver agree on; JSON, which this module never
///     reads
/// @param tensors at most 256
public record Frame(String header, List<Tensor> tensors) {
  /// The most bytes of an encoded frame, 64 MiB: a prompt's chunk of a very wide model fits, and a
  /// wrong length cannot take a machine's memory.
  public static final int BYTES_MAX = 64 << 20;

  /// The most tensors in one frame.
  public static final int TENSORS_MAX = 256;

  static final int MAGIC = 'M' | 'S' << 8 | 'F' << 16 | '1' << 24;
  static final int CHECKSUM_BYTES = 4;

  public Frame {
    tensors = List.copyOf(tensors);
    if (tensors.size() > TENSORS_MAX) {
      throw new IllegalArgumentException(
          "Expected at most %d tensors in a frame, but there are %d."
              .formatted(TENSORS_MAX, tensors.size()));
    }
  }

  /// The frame as bytes, from position 0 to the limit of a new buffer.
  ///
  /// @throws IllegalArgumentException when it would be larger than {@link #BYTES_MAX}
  public ByteBuffer encode() {
    byte[] head = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer to = ByteBuffer.allocate(requireSize(bytes(head))).order(ByteOrder.LITTLE_ENDIAN);
    to.putInt(MAGIC).putInt(head.length).put(head).putShort((short) tensors.size());
    for (Tensor tensor : tensors) {
      put(tensor, to);
    }
    to.putInt(checksum(to.duplicate().flip()));
    return to.flip();
  }

  /// The frame that these bytes are, all that remain of the buffer. The tensors are views of it:
  /// leave its bytes as they are for as long as they are used.
  ///
  /// @throws FrameDamaged when the bytes are not a frame, or not the ones that were sent
  public static Frame decode(ByteBuffer bytes) {
    return new FrameReader(bytes).read();
  }

  static int checksum(ByteBuffer bytes) {
    CRC32C sum = new CRC32C();
    sum.update(bytes);
    return (int) sum.getValue();
  }

  /// The next place where data may begin.
  static int aligned(int place) {
    return (place + 7) & ~7;
  }

  private static void put(Tensor tensor, ByteBuffer to) {
    byte[] name = tensor.name().getBytes(StandardCharsets.UTF_8);
    to.put((byte) name.length).put(name).put((byte) tensor.type().code());
    to.put((byte) tensor.shape().size());
    for (long dimension : tensor.shape()) {
      to.putInt((int) dimension);
    }
    ByteBuffer data = tensor.data();
    to.putInt(data.remaining());
    to.position(aligned(to.position()));
    to.put(data);
  }

  private long bytes(byte[] head) {
    long place = 4L + 4 + head.length + 2;
    for (Tensor tensor : tensors) {
      place += 1L + tensor.name().getBytes(StandardCharsets.UTF_8).length + 2;
      place += 4L * tensor.shape().size() + 4;
      place = (place + 7) & ~7L;
      place += tensor.data().remaining();
    }
    return place + CHECKSUM_BYTES;
  }

  private static int requireSize(long bytes) {
    if (bytes > BYTES_MAX) {
      throw new IllegalArgumentException(
          "Expected a frame of at most %d bytes, but this one has %d; send the prompt in smaller chunks."
              .formatted(BYTES_MAX, bytes));
    }
    return (int) bytes;
  }
}
