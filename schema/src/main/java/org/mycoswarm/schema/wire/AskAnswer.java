package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answer to a question about a collection.
///
/// @param generation of the collection that was searched
/// @param model name of the model that answered
/// @param answer in which `[1]` names the first of the sources
/// @param finish why it ends: `stop` or `length`, which is in the middle of it
/// @param found how many passages the search gave
/// @param sources the passages that the model got to read, whole, in the order of their numbers;
///     less than were found when not all fit
/// @param note how it was searched, where that was not as usual
public record AskAnswer(
    String collection,
    int generation,
    String question,
    String model,
    String answer,
    String finish,
    int found,
    List<Source> sources,
    @Nullable String note,
    int promptTokens,
    int completionTokens) {
  /// A passage that the model got to read.
  ///
  /// @param number as the answer names it, from 1 on
  /// @param cited whether the answer names it
  /// @param title of the document
  /// @param heading under which it stands, outermost first
  /// @param page on which it starts, in a document that has pages
  /// @param lineFrom first line in the document's text, counted from 1; absent when that is not
  ///     kept
  /// @param lineTo last line
  /// @param start where it starts in the document's text, in Unicode code points
  /// @param end where it ends (exclusive)
  /// @param source `same`, `changed` or `gone`: the file now; absent when it was uploaded
  public record Source(
      int number,
      boolean cited,
      String path,
      @Nullable String title,
      @Nullable String heading,
      @Nullable Integer page,
      @Nullable Integer lineFrom,
      @Nullable Integer lineTo,
      int start,
      int end,
      @Nullable String source,
      String text) {}
}
