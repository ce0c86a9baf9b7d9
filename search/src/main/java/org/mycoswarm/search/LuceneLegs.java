package org.mycoswarm.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.join.DiversifyingChildrenFloatKnnVectorQuery;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.apache.lucene.util.Bits;
import org.jspecify.annotations.Nullable;

/// The two ways in which a search comes to documents. Each gives the numbers of at most `depth`
/// wholes.
final class LuceneLegs {
  private final IndexSearcher searcher;
  private final @Nullable Query filter;
  private final int depth;

  LuceneLegs(IndexSearcher searcher, @Nullable Query filter, int depth) {
    this.searcher = searcher;
    this.filter = filter;
    this.depth = depth;
  }

  Collection<Integer> byWords(Query words) throws IOException {
    BooleanQuery.Builder all = new BooleanQuery.Builder().add(words, Occur.MUST);
    if (filter != null) {
      all.add(filter, Occur.FILTER);
    }
    List<Integer> wholes = new ArrayList<>();
    for (ScoreDoc hit : searcher.search(all.build(), depth).scoreDocs) {
      wholes.add(hit.doc);
    }
    return wholes;
  }

  /// Follows the graph of neighbours, to the closest chunk of each document.
  Collection<Integer> byGraph(float[] vector) throws IOException {
    Query chunks = filter == null ? null : new ToChildBlockJoinQuery(filter, Leaf.WHOLES);
    Query closest =
        new DiversifyingChildrenFloatKnnVectorQuery(
            Block.VECTOR, vector, chunks, depth, Leaf.WHOLES);
    List<Integer> wholes = new ArrayList<>();
    for (ScoreDoc hit : searcher.search(closest, depth).scoreDocs) {
      List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
      LeafReaderContext context = leaves.get(ReaderUtil.subIndex(hit.doc, leaves));
      wholes.add(context.docBase + new Leaf(context).wholeOf(hit.doc - context.docBase));
    }
    return wholes;
  }

  /// Looks at every vector.
  Collection<Integer> byEveryVector(float[] vector) throws IOException {
    PriorityQueue<Close> closest = new PriorityQueue<>(Comparator.comparingDouble(Close::cosine));
    Weight every =
        searcher.createWeight(
            searcher.rewrite(filter == null ? Block.WHOLES : filter),
            ScoreMode.COMPLETE_NO_SCORES,
            1);
    for (LeafReaderContext context : searcher.getIndexReader().leaves()) {
      Scorer wholes = every.scorer(context);
      if (wholes != null) {
        closest(vector, new Leaf(context), wholes.iterator(), closest);
      }
    }
    return closest.stream().map(Close::whole).toList();
  }

  private record Close(int whole, float cosine) {}

  private void closest(
      float[] vector, Leaf leaf, DocIdSetIterator wholes, PriorityQueue<Close> closest)
      throws IOException {
    Bits live = leaf.context().reader().getLiveDocs();
    for (int whole = wholes.nextDoc();
        whole != DocIdSetIterator.NO_MORE_DOCS;
        whole = wholes.nextDoc()) {
      if (live == null || live.get(whole)) {
        float cosine = leaf.closest(vector, whole);
        if (!Float.isNaN(cosine)) {
          closest.add(new Close(leaf.context().docBase + whole, cosine));
        }
        if (closest.size() > depth) {
          closest.remove();
        }
      }
    }
  }
}
