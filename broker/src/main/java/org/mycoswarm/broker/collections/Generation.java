package org.mycoswarm.broker.collections;

import org.jspecify.annotations.Nullable;

/// One complete build of a collection's index: everything in it was cut and embedded alike.
///
/// @param number from 1; never used twice
/// @param model digest of the embedding model
record Generation(
    int number,
    String model,
    @Nullable String modelName,
    int dimension,
    int chunkTokens,
    int overlapTokens) {
  boolean isLike(Generation other) {
    return model.equals(other.model)
        && chunkTokens == other.chunkTokens
        && overlapTokens == other.overlapTokens;
  }

  Generation numbered(int number) {
    return new Generation(number, model, modelName, dimension, chunkTokens, overlapTokens);
  }
}
