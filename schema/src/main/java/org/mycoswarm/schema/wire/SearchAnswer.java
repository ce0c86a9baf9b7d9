package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Answer to a search.
///
/// @param mode as it was done: `text` when `hybrid` was asked for but no node gave a vector
/// @param note why it was done otherwise than asked for
/// @param generation of the collection that answered
/// @param hits the best first
public record SearchAnswer(
    String collection,
    int generation,
    String mode,
    @Nullable String note,
    long millis,
    List<Hit> hits) {
  /// A document and its best passages.
  ///
  /// @param sha256 of the content that is indexed
  /// @param modifiedAt of the file, when it was indexed
  /// @param source `same`, `changed` or `gone`, compared with the file as it is now by size and
  ///     time; absent when its files were uploaded
  /// @param mark why an older form of the file is shown
  /// @param score compares hits of one answer, not answers
  public record Hit(
      String path,
      @Nullable String title,
      String sha256,
      @Nullable Instant modifiedAt,
      @Nullable String source,
      @Nullable String mark,
      double score,
      @Nullable Double denseScore,
      @Nullable Double textScore,
      List<Passage> passages) {}

  /// @param start where it starts in the document's text, in Unicode code points
  /// @param end where it ends (exclusive)
  /// @param highlights parts of `text`, in code points, that the words of the query match
  public record Passage(
      @Nullable String heading,
      @Nullable Integer page,
      int start,
      int end,
      String text,
      List<Span> highlights) {}

  public record Span(int start, int end) {}
}
