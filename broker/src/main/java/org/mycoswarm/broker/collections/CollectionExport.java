package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.search.IndexedChunk;
import org.mycoswarm.search.IndexedDocument;
import org.mycoswarm.search.VectorIndex;

/// Writes what a collection serves as lines of JSON, a chunk a line, in the order of the paths: for
/// whoever wants to take it elsewhere. One commit, one document at a time in memory.
public final class CollectionExport {
  /// A line.
  ///
  /// @param hash names the chunk among all that its model embeds
  @SuppressWarnings("ArrayRecordComponent") // written at once
  private record Line(
      String path,
      String sha256,
      @Nullable String title,
      int ordinal,
      int start,
      int end,
      @Nullable Integer page,
      @Nullable String heading,
      String text,
      String hash,
      float[] vector) {}

  private final VectorIndex index;

  CollectionExport(VectorIndex index) {
    this.index = index;
  }

  /// @throws IOException when the reader went away, or the index cannot be read
  public void write(OutputStream out) throws IOException {
    try {
      index.contents(document -> write(document, out));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(IndexedDocument document, OutputStream out) {
    for (IndexedChunk chunk : document.chunks()) {
      try {
        out.write(Json.LENIENT.writeValueAsBytes(line(document, chunk)));
        out.write('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static Line line(IndexedDocument document, IndexedChunk chunk) {
    return new Line(
        document.path(),
        document.contentHash(),
        document.title(),
        chunk.ordinal(),
        chunk.start(),
        chunk.end(),
        chunk.page(),
        chunk.heading(),
        chunk.text(),
        chunk.hash(),
        chunk.vector());
  }
}
