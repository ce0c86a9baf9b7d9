package org.mycoswarm.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/// Scores the documents of one segment, and their chunks, exactly. Fast if asked for in rising
/// order. Documents are called by the number of their whole in the searcher.
final class LuceneScoring {
  private final Leaf leaf;
  private final float @Nullable [] vector;
  private final Scores wholes;
  private final Scores chunks;
  private final StoredFields stored;

  /// @param vector of the question; null if the search does not look at vectors
  /// @param ofWholes the words of the question in whole documents
  /// @param ofChunks the same in chunks
  LuceneScoring(
      LeafReaderContext context, float @Nullable [] vector, Weight ofWholes, Weight ofChunks)
      throws IOException {
    this.leaf = new Leaf(context);
    this.vector = vector;
    this.wholes = new Scores(ofWholes, context);
    this.chunks = new Scores(ofChunks, context);
    this.stored = context.reader().storedFields();
  }

  Scored document(int number) throws IOException {
    int whole = number - leaf.context().docBase;
    float dense = vector == null ? Float.NaN : leaf.closest(vector, whole);
    return new Scored(number, dense, wholes.of(whole));
  }

  DocumentState state(int number) throws IOException {
    return leaf.state(number - leaf.context().docBase);
  }

  /// The best chunks of a document, best first.
  List<Packed.StoredChunk> bestChunks(int number, Fusion fusion, Query.Mode mode)
      throws IOException {
    int whole = number - leaf.context().docBase;
    List<Scored> scored = new ArrayList<>();
    for (int chunk = leaf.firstChunk(whole); chunk < whole; chunk++) {
      float dense = vector == null ? Float.NaN : leaf.cosine(vector, chunk);
      scored.add(new Scored(chunk, dense, chunks.of(chunk)));
    }
    List<Packed.StoredChunk> read = new ArrayList<>();
    for (int i : Passages.best(scored, fusion, mode)) {
      read.add(leaf.chunk(stored, scored.get(i).number()));
    }
    return read;
  }
}
