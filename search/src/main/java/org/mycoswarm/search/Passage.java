package org.mycoswarm.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A place in a document: one chunk, or neighbouring ones as one text.
///
/// @param heading of its first chunk
/// @param page of its first chunk
/// @param start where it starts in the document's text, in Unicode code points
/// @param end where it ends (exclusive), in Unicode code points
/// @param ordinalFrom its first chunk
/// @param ordinalTo its last chunk
/// @param text exactly that slice of the document's text
/// @param highlights the words of the question in the text, in order, not overlapping
public record Passage(
    @Nullable String heading,
    @Nullable Integer page,
    int start,
    int end,
    int ordinalFrom,
    int ordinalTo,
    String text,
    List<Span> highlights) {

  public Passage {
    highlights = List.copyOf(highlights);
  }
}
