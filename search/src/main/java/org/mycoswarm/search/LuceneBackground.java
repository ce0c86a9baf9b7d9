package org.mycoswarm.search;

import java.io.IOException;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.jspecify.annotations.Nullable;

/// What the scores of a question are held against in this index.
final class LuceneBackground {
  /// So many chunks tell what a question has in common with any.
  private static final int SAMPLE = 256;

  private LuceneBackground() {}

  static Fusion of(IndexReader reader, float @Nullable [] vector, Map<String, Integer> words)
      throws IOException {
    return new Fusion(vector == null ? 0 : meanCosine(reader, vector), wordsMost(reader, words));
  }

  /// Of chunks at even distances.
  private static double meanCosine(IndexReader reader, float[] vector) throws IOException {
    double step = Math.max(1, reader.maxDoc() / (double) SAMPLE);
    double next = 0;
    double sum = 0;
    int count = 0;
    for (LeafReaderContext context : reader.leaves()) {
      Leaf leaf = new Leaf(context);
      for (; next < context.docBase + context.reader().maxDoc(); next += step) {
        int at = (int) next - context.docBase;
        if (leaf.isChunk(at)) {
          sum += leaf.cosine(vector, at);
          count++;
        }
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /// BM25 gives a word at most its weight, however often it is there.
  private static double wordsMost(IndexReader reader, Map<String, Integer> words)
      throws IOException {
    long documents = reader.getDocCount(Block.TEXT);
    double most = 0;
    for (Map.Entry<String, Integer> word : words.entrySet()) {
      most +=
          word.getValue()
              * Words.weight(reader.docFreq(new Term(Block.TEXT, word.getKey())), documents);
    }
    return most;
  }
}
