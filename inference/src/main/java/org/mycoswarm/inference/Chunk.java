package org.mycoswarm.inference;

import org.jspecify.annotations.Nullable;

/// A piece of a document that fits into the embedding model.
///
/// @param ordinal its place among the chunks of its document, from 0
/// @param start where it starts in the document's text, in Unicode code points
/// @param end where it ends (exclusive), in Unicode code points
/// @param text exactly that slice of the document's text
/// @param tokens what the model's tokenizer makes of what is embedded, special tokens included
/// @param page on which it starts, in a document that has pages
/// @param heading under which it stands, outermost first, such as `Guide > Install`
/// @param context what is embedded in a line above the text: `heading` without what the text itself
///     begins with
public record Chunk(
    int ordinal,
    int start,
    int end,
    String text,
    int tokens,
    @Nullable Integer page,
    @Nullable String heading,
    @Nullable String context) {

  /// What the model sees, after its prefix.
  public String embedded() {
    return context == null ? text : context + "\n" + text;
  }
}
