package org.mycoswarm.search;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The records as bytes inside an index. A change of these shapes needs another [#FORMAT], so that
/// an older index is refused instead of misread.
final class Packed {
  static final String FORMAT = "1";

  private Packed() {}

  /// A chunk without its vector.
  ///
  /// @param gap what of the text lies between the chunk before and this one
  record StoredChunk(
      int ordinal,
      int start,
      int end,
      @Nullable Integer page,
      @Nullable String heading,
      String gap,
      String hash,
      String text) {

    /// All of a document's.
    static List<StoredChunk> of(IndexedDocument document) {
      Gaps gaps = new Gaps(document.text());
      return document.chunks().stream().map(chunk -> of(chunk, gaps.before(chunk))).toList();
    }

    private static StoredChunk of(IndexedChunk chunk, String gap) {
      return new StoredChunk(
          chunk.ordinal(),
          chunk.start(),
          chunk.end(),
          chunk.page(),
          chunk.heading(),
          gap,
          chunk.hash(),
          chunk.text());
    }

    IndexedChunk with(float[] vector) {
      return new IndexedChunk(ordinal, start, end, page, heading, text, hash, vector);
    }
  }

  static byte[] pack(DocumentState state) {
    return packed(
        out -> {
          writeText(out, state.path());
          writeText(out, state.contentHash());
          writeText(out, state.mediaType());
          writeText(out, state.title());
          out.writeLong(state.bytes());
          Instant modified = state.modified();
          out.writeLong(modified.getEpochSecond());
          out.writeInt(modified.getNano());
          writeText(out, state.textBlob());
          writeText(out, state.mark());
          out.writeInt(state.chunks());
        });
  }

  static DocumentState state(byte[] bytes) {
    return unpacked(
        bytes,
        in ->
            new DocumentState(
                text(in),
                text(in),
                text(in),
                textOrNull(in),
                in.readLong(),
                Instant.ofEpochSecond(in.readLong(), in.readInt()),
                textOrNull(in),
                textOrNull(in),
                in.readInt()));
  }

  static byte[] pack(StoredChunk chunk) {
    return packed(
        out -> {
          out.writeInt(chunk.ordinal());
          out.writeInt(chunk.start());
          out.writeInt(chunk.end());
          Integer page = chunk.page();
          out.writeInt(page == null ? Integer.MIN_VALUE : page);
          writeText(out, chunk.heading());
          writeText(out, chunk.gap());
          writeText(out, chunk.hash());
          writeText(out, chunk.text());
        });
  }

  static StoredChunk chunk(byte[] bytes) {
    return unpacked(
        bytes,
        in ->
            new StoredChunk(
                in.readInt(),
                in.readInt(),
                in.readInt(),
                page(in.readInt()),
                textOrNull(in),
                text(in),
                text(in),
                text(in)));
  }

  private static @Nullable Integer page(int written) {
    return written == Integer.MIN_VALUE ? null : Integer.valueOf(written);
  }

  private static void writeText(DataOutputStream out, @Nullable String text) throws IOException {
    if (text == null) {
      out.writeInt(-1);
      return;
    }
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }

  private static @Nullable String textOrNull(DataInputStream in) throws IOException {
    int length = in.readInt();
    return length < 0 ? null : new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static String text(DataInputStream in) throws IOException {
    String text = textOrNull(in);
    if (text == null) {
      throw new IOException("Expected a text in the index, but there is none; build it anew");
    }
    return text;
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  private static byte[] packed(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static <T> T unpacked(byte[] bytes, Reading<T> reading) {
    try {
      return reading.from(new DataInputStream(new ByteArrayInputStream(bytes)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
