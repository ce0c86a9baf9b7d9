package org.mycoswarm.inference;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The text of one file. Offsets of chunks count in this text, not in the bytes of the file: a byte
/// order mark is gone, and of HTML this is what a reader sees, with headings as `#` lines, list
/// items as `-` lines and preformatted text between fences.
///
/// @param mediaType `text/plain`, `text/markdown`, `text/html`, or a type whose lines mean
///     something
///     (`text/csv`, `application/json`, `application/xml`, `text/x-source`)
/// @param note what the report should say of how it was read, if there is anything to say
/// @param title as the document gives it
/// @param pages where each page begins, in order; none in a document without pages
public record Document(
    String text,
    String mediaType,
    @Nullable String note,
    @Nullable String title,
    List<PageStart> pages)
    implements Reading {

  /// @param page counted from 1
  /// @param start its first character in the text, in Unicode code points
  public record PageStart(int page, int start) {}

  public Document {
    pages = List.copyOf(pages);
  }

  /// On which page this character is; null in a document without pages.
  ///
  /// @param codePoint counted from 0
  @Nullable Integer pageAt(int codePoint) {
    int low = 0;
    int high = pages.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pages.get(middle).start() <= codePoint) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? null : pages.get(low - 1).page();
  }

  /// A text without a title and without pages.
  public Document(String text, String mediaType, @Nullable String note) {
    this(text, mediaType, note, null, List.of());
  }
}
