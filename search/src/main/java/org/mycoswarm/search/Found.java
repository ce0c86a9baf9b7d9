package org.mycoswarm.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A document that was found.
///
/// @param document as it was put, without its text
/// @param score what the order comes from: for [Query.Mode#HYBRID] both legs' scores fused, else
///     the
///     score of the one leg. Comparable within one answer alone
/// @param dense the cosine of the question's vector and the document's closest chunk, -1 to 1; null
///     if the search did not look at vectors, or the document has none
/// @param text the BM25 score of title and text; null if the search did not look at words, or none
///     of them is in the document
/// @param passages the best places of the document, best first; none if it has no chunks
public record Found(
    DocumentState document,
    double score,
    @Nullable Double dense,
    @Nullable Double text,
    List<Passage> passages) {

  public Found {
    passages = List.copyOf(passages);
  }

  public String path() {
    return document.path();
  }

  public @Nullable String title() {
    return document.title();
  }

  public String contentHash() {
    return document.contentHash();
  }
}
