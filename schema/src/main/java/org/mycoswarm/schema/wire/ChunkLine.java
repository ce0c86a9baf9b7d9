package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// One line of the blob a `chunk` task makes.
///
/// @param ordinal of the chunk in its document, counted from 0
/// @param start first character in the document's text, in Unicode code points
/// @param end one past the last character
/// @param tokens of what is embedded, with special tokens and the model's prefix for passages
/// @param text exactly that slice of the document's text
/// @param page on which it starts, counted from 1, in a document that has pages
/// @param heading under which it stands, outermost first, such as `Guide > Install`; a very long
///     one
///     lacks its front
/// @param context what is embedded in a line above the text: `heading` without what the text itself
///     begins with
public record ChunkLine(
    int ordinal,
    int start,
    int end,
    int tokens,
    String text,
    @Nullable Integer page,
    @Nullable String heading,
    @Nullable String context) {

  /// What is embedded. Its SHA-256 is the chunk's identity within a model and a chunker.
  public String embedded() {
    return context == null ? text : context + "\n" + text;
  }
}
