package org.mycoswarm.sharding.frame;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Reads one frame out of bytes that anybody may have sent. The checksum is looked at first, so
/// that damage on the way is called damage; what a broken sender encoded is found by the bounds.
final class FrameReader {
  private static final int BYTES_MIN = 4 + 4 + 2 + Frame.CHECKSUM_BYTES;

  private final ByteBuffer from;

  /// Places are counted from the frame's first byte, wherever it lies in the buffer.
  FrameReader(ByteBuffer bytes) {
    this.from = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  Frame read() {
    requireIntact();
    try {
      String header = text(length(from.getInt()));
      int tensors = Short.toUnsignedInt(from.getShort());
      if (tensors > Frame.TENSORS_MAX) {
        throw new FrameDamaged(
            "Expected at most %d tensors in a frame, but it says %d; the frame is dropped."
                .formatted(Frame.TENSORS_MAX, tensors));
      }
      List<Tensor> read = new ArrayList<>(tensors);
      for (int i = 0; i < tensors; i++) {
        read.add(tensor());
      }
      requireEnd();
      return new Frame(header, read);
    } catch (BufferUnderflowException _) {
      throw tooShort();
    } catch (IllegalArgumentException e) {
      throw new FrameDamaged(e.getMessage() + " The frame is dropped.", e);
    }
  }

  private void requireIntact() {
    int bytes = from.remaining();
    if (bytes < BYTES_MIN || bytes > Frame.BYTES_MAX) {
      throw new FrameDamaged(
          "Expected a frame of %d to %d bytes, but %d came; the frame is dropped."
              .formatted(BYTES_MIN, Frame.BYTES_MAX, bytes));
    }
    int end = bytes - Frame.CHECKSUM_BYTES;
    int said = from.getInt(end);
    from.limit(end);
    int is = Frame.checksum(from.duplicate());
    if (said != is) {
      throw new FrameDamaged(
          "Expected the checksum %08x, but the frame's bytes have %08x: they changed on the way; the frame is dropped."
              .formatted(said, is));
    }
    int magic = from.getInt();
    if (magic != Frame.MAGIC) {
      throw new FrameDamaged(
          "Expected a frame that begins with \"MSF1\", but it begins with %08x; the sender may be of another version."
              .formatted(Integer.reverseBytes(magic)));
    }
  }

  private Tensor tensor() {
    String name = text(Byte.toUnsignedInt(from.get()));
    ElementType type = ElementType.of(Byte.toUnsignedInt(from.get()));
    int rank = Byte.toUnsignedInt(from.get());
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      shape.add(Integer.toUnsignedLong(from.getInt()));
    }
    int bytes = from.getInt();
    int start = Frame.aligned(from.position());
    if (bytes < 0 || bytes > from.limit() - start) {
      throw tooShort();
    }
    from.position(start + bytes);
    return new Tensor(name, type, shape, from.slice(start, bytes));
  }

  private String text(int bytes) {
    ByteBuffer text = from.slice(from.position(), length(bytes));
    from.position(from.position() + bytes);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw new FrameDamaged("Expected text in UTF-8, but it is not; the frame is dropped.", e);
    }
  }

  private int length(int said) {
    if (said < 0 || said > from.remaining()) {
      throw tooShort();
    }
    return said;
  }

  private void requireEnd() {
    if (from.hasRemaining()) {
      throw new FrameDamaged(
          "Expected the frame to end with its last tensor, but %d bytes follow; the frame is dropped."
              .formatted(from.remaining()));
    }
  }

  private FrameDamaged tooShort() {
    return new FrameDamaged(
        "Expected the %d bytes that the frame has to hold what it says, but they do not; the frame is dropped."
            .formatted(from.limit() + Frame.CHECKSUM_BYTES));
  }
}
