package org.mycoswarm.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One row of an export: a chunk, with what is known of its document. The names of the components
/// are those of the columns, and of the keys in JSON.
public record ExportedChunk(
    String path,
    String contentHash,
    String mediaType,
    @Nullable String title,
    long bytes,
    Instant modified,
    int ordinal,
    int start,
    int end,
    @Nullable Integer page,
    @Nullable String heading,
    String text,
    String hash,
    List<Float> vector) {

  static ExportedChunk of(IndexedDocument document, IndexedChunk chunk) {
    List<Float> vector = new ArrayList<>(chunk.vector().length);
    for (float number : chunk.vector()) {
      vector.add(number);
    }
    return new ExportedChunk(
        document.path(),
        document.contentHash(),
        document.mediaType(),
        document.title(),
        document.bytes(),
        document.modified(),
        chunk.ordinal(),
        chunk.start(),
        chunk.end(),
        chunk.page(),
        chunk.heading(),
        chunk.text(),
        chunk.hash(),
        vector);
  }
}
