package org.mycoswarm.search;

import org.jspecify.annotations.Nullable;

/// A document, or a chunk, with its scores of both legs.
///
/// @param number what the adapter knows it by
/// @param dense a cosine; NaN if there is none
/// @param text a BM25 score; NaN if no word matches
record Scored(int number, float dense, float text) {

  @Nullable Double denseOrNull() {
    return orNull(dense);
  }

  @Nullable Double textOrNull() {
    return orNull(text);
  }

  private static @Nullable Double orNull(float score) {
    return Float.isNaN(score) ? null : Double.valueOf(score);
  }
}
