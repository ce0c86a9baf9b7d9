package org.mycoswarm.search;

import java.io.IOException;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/// The scores of single Lucene documents of one segment for one query. Fast if asked for in rising
/// order.
final class Scores {
  private final Weight weight;
  private final LeafReaderContext context;
  private @Nullable Scorer scorer;
  private int asked = Integer.MAX_VALUE;

  Scores(Weight weight, LeafReaderContext context) {
    this.weight = weight;
    this.context = context;
  }

  /// NaN if the query does not match it.
  float of(int doc) throws IOException {
    if (doc < asked) {
      scorer = weight.scorer(context);
    }
    asked = doc;
    if (scorer == null) {
      return Float.NaN;
    }
    int at = scorer.docID();
    if (at < doc) {
      at = scorer.iterator().advance(doc);
    }
    return at == doc ? scorer.score() : Float.NaN;
  }
}
