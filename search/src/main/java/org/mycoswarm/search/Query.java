package org.mycoswarm.search;

import org.jspecify.annotations.Nullable;

/// What is looked for.
///
/// @param text the question, or the words; at most 10,000 characters
/// @param vector of the text, made with the generation's model for queries; needed unless the mode
///     is [Mode#TEXT]
/// @param limit the most documents to find, 1 to 1,000
/// @param exact compares with every vector, instead of following the graph of neighbours: slower,
///     and the measure of what the graph misses
@SuppressWarnings("ArrayRecordComponent") // A list of boxed numbers would be six times as large.
public record Query(
    String text, float @Nullable [] vector, Mode mode, int limit, Filter filter, boolean exact) {

  public static final int LIMIT_MAX = 1_000;
  public static final int TEXT_MAX = 10_000;

  /// By what documents are found.
  public enum Mode {
    /// By meaning and by words, fused.
    HYBRID,
    /// By meaning: the vectors alone.
    DENSE,
    /// By words: BM25 over title and text alone.
    TEXT
  }

  public Query {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new IllegalArgumentException(
          "Expected a limit of 1 to %,d documents, but it is %d".formatted(LIMIT_MAX, limit));
    }
    if (text.length() > TEXT_MAX) {
      throw new IllegalArgumentException(
          "Expected a question of at most %,d characters, but it has %,d; ask with fewer words"
              .formatted(TEXT_MAX, text.length()));
    }
    if (vector == null && mode != Mode.TEXT) {
      throw new IllegalArgumentException(
          "Expected the vector of the question for a search of mode %s, but there is none; embed it first, or search by TEXT"
              .formatted(mode));
    }
  }

  /// By meaning and words, in everything.
  public static Query hybrid(String text, float[] vector, int limit) {
    return new Query(text, vector, Mode.HYBRID, limit, Filter.NONE, false);
  }

  /// By words, in everything.
  public static Query words(String text, int limit) {
    return new Query(text, null, Mode.TEXT, limit, Filter.NONE, false);
  }

  /// By meaning, in everything.
  public static Query meaning(float[] vector, int limit) {
    return new Query("", vector, Mode.DENSE, limit, Filter.NONE, false);
  }
}
