package org.mycoswarm.search;

import org.jspecify.annotations.Nullable;

/// A piece of a document with its vector.
///
/// @param ordinal its place among the chunks of its document, from 0
/// @param start where it starts in the document's text, in Unicode code points
/// @param end where it ends (exclusive), in Unicode code points
/// @param page of the document, from 1, where it has pages
/// @param heading the headings above it, such as `Guide > Install`, where there are any
/// @param text exactly that slice of the document's text
/// @param hash of what was embedded: equal for equal texts, anywhere
/// @param vector of the generation's dimension, finite and not all zero. Must not be changed
///     afterwards
@SuppressWarnings("ArrayRecordComponent") // A list of boxed numbers would be six times as large.
public record IndexedChunk(
    int ordinal,
    int start,
    int end,
    @Nullable Integer page,
    @Nullable String heading,
    String text,
    String hash,
    float[] vector) {

  public IndexedChunk {
    if (start < 0 || end < start) {
      throw new IllegalArgumentException(
          "Expected a chunk that ends at or after its start, but it goes from %d to %d"
              .formatted(start, end));
    }
  }
}
