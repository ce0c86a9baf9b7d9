package org.mycoswarm.search;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A document as an index keeps it.
///
/// @param path where it is, relative to the collection's folder; 1 to 8,000 characters; what it is
///     replaced and removed by
/// @param contentHash of its file's bytes
/// @param mediaType what kind it is, such as `text/html`
/// @param title what it calls itself, if it does; found by words like the text
/// @param bytes the length of its file
/// @param modified when its file was changed last
/// @param textBlob where the text can be read again, for building another generation
/// @param mark why this is an older form than the file's, if it is
/// @param text all of it, for finding by words
/// @param chunks in their order; none if there was nothing to embed
public record IndexedDocument(
    String path,
    String contentHash,
    String mediaType,
    @Nullable String title,
    long bytes,
    Instant modified,
    @Nullable String textBlob,
    @Nullable String mark,
    String text,
    List<IndexedChunk> chunks) {

  static final int PATH_MAX = 8_000;

  public IndexedDocument {
    if (path.isEmpty() || path.length() > PATH_MAX) {
      throw new IllegalArgumentException(
          "Expected a path of 1 to %,d characters, but '%s' has %,d; the document cannot be indexed under it"
              .formatted(PATH_MAX, shortened(path), path.length()));
    }
    chunks = List.copyOf(chunks);
    for (int i = 0; i < chunks.size(); i++) {
      if (chunks.get(i).ordinal() != i) {
        throw new IllegalArgumentException(
            "Expected chunk %d of '%s' in its place, but it says that it is chunk %d"
                .formatted(i, shortened(path), chunks.get(i).ordinal()));
      }
    }
  }

  /// The same with another path: a move, or a copy.
  public IndexedDocument at(String newPath) {
    return new IndexedDocument(
        newPath, contentHash, mediaType, title, bytes, modified, textBlob, mark, text, chunks);
  }

  /// What of it is known without its text.
  public DocumentState state() {
    return new DocumentState(
        path, contentHash, mediaType, title, bytes, modified, textBlob, mark, chunks.size());
  }

  static String shortened(String path) {
    return path.length() <= 200 ? path : path.substring(0, 200) + "...";
  }
}
