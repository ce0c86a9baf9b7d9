package org.mycoswarm.search;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an index knows of a document without its text: enough to see what changed in a folder.
///
/// @param chunks how many it has
/// @see IndexedDocument for the other components
public record DocumentState(
    String path,
    String contentHash,
    String mediaType,
    @Nullable String title,
    long bytes,
    Instant modified,
    @Nullable String textBlob,
    @Nullable String mark,
    int chunks) {

  /// The whole document.
  IndexedDocument with(String text, List<IndexedChunk> itsChunks) {
    return new IndexedDocument(
        path, contentHash, mediaType, title, bytes, modified, textBlob, mark, text, itsChunks);
  }
}
