package org.mycoswarm.broker.collections;

import org.jspecify.annotations.Nullable;

/// One complete build of a collection's index: everything in it was cut and embedded alike.
///
/// @param number from 1; never used twice
/// @param model digest of the embedding model
/// @param dimension of its vectors; 0 until a node has said it, for models that only nodes know
/// @param chunker version of what cuts; null in what was written when there was only "2"
record Generation(
    int number,
    String model,
    @Nullable String modelName,
    int dimension,
    int chunkTokens,
    int overlapTokens,
    @Nullable String chunker) {
  private static final String FIRST_CHUNKER = "2";

  Generation withDimension(int known) {
    return new Generation(number, model, modelName, known, chunkTokens, overlapTokens, chunker);
  }

  boolean isLike(Generation other) {
    return model.equals(other.model)
        && chunkTokens == other.chunkTokens
        && overlapTokens == other.overlapTokens
        && chunkerVersion().equals(other.chunkerVersion());
  }

  String chunkerVersion() {
    return chunker == null ? FIRST_CHUNKER : chunker;
  }

  /// Chunker and sizes, as the index keeps them: another one is another index. The first version
  /// was not named.
  String cut() {
    String sizes = "%d/%d".formatted(chunkTokens, overlapTokens);
    return chunkerVersion().equals(FIRST_CHUNKER) ? sizes : chunkerVersion() + "/" + sizes;
  }
}
