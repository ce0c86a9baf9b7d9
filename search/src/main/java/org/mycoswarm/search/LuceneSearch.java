package org.mycoswarm.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.Weight;
import org.jspecify.annotations.Nullable;

/// One search of one commit. Each leg brings its best documents; then every one of them gets its
/// exact score of both legs, so that none is judged by half.
final class LuceneSearch {
  /// So many documents each leg brings at least. Less, and the order would change with the limit.
  private static final int DEPTH = 100;

  /// In an index as small as that, comparing with every vector takes less than a few milliseconds,
  /// and a graph would miss some: on 3,705 chunks of CACM it lost 0.012 nDCG@10.
  private static final int EXACT_BELOW = 20_000;

  private final IndexSearcher searcher;
  private final Query query;
  private final Map<String, Integer> words;
  private final Fusion fusion;
  private final Weight ofWholes;
  private final Weight ofChunks;
  private final Map<Integer, LuceneScoring> leaves = new HashMap<>();

  LuceneSearch(IndexSearcher searcher, Query query) throws IOException {
    this.searcher = searcher;
    this.query = query;
    this.words = Words.of(query.text());
    float @Nullable [] vector = query.mode() == Query.Mode.TEXT ? null : query.vector();
    this.fusion = LuceneBackground.of(searcher.getIndexReader(), vector, words);
    this.ofWholes = weight(Block.TEXT);
    this.ofChunks = weight(Block.WORDS);
  }

  List<Found> find() throws IOException {
    SortedSet<Integer> candidates = candidates();
    List<Scored> scored = new ArrayList<>(candidates.size());
    for (int number : candidates) {
      scored.add(leaf(number).document(number));
    }
    List<Place> best = best(scored);
    Map<Integer, List<Passage>> passages = new HashMap<>();
    // In the order in which they lie in the index: a way back costs a new start.
    for (int number : new TreeSet<>(best.stream().map(place -> place.scored.number()).toList())) {
      passages.put(
          number,
          Passages.of(leaf(number).bestChunks(number, fusion, query.mode()), words.keySet()));
    }
    return best.stream()
        .map(place -> place.found(passages.getOrDefault(place.scored.number(), List.of())))
        .toList();
  }

  /// The documents that the legs bring, by their numbers.
  private SortedSet<Integer> candidates() throws IOException {
    int depth = Math.max(DEPTH, query.limit());
    LuceneLegs legs = new LuceneLegs(searcher, LuceneFilter.of(query.filter()), depth);
    TreeSet<Integer> candidates = new TreeSet<>();
    if (query.mode() != Query.Mode.DENSE) {
      candidates.addAll(legs.byWords(words(Block.TEXT)));
    }
    float[] vector = query.vector();
    if (query.mode() != Query.Mode.TEXT && vector != null) {
      boolean exact = query.exact() || searcher.getIndexReader().maxDoc() <= EXACT_BELOW;
      candidates.addAll(exact ? legs.byEveryVector(vector) : legs.byGraph(vector));
    }
    return candidates;
  }

  /// A document in its place.
  private record Place(Scored scored, DocumentState state, double score) {
    Found found(List<Passage> passages) {
      return new Found(state, score, scored.denseOrNull(), scored.textOrNull(), passages);
    }
  }

  private List<Place> best(List<Scored> scored) throws IOException {
    double[] scores = fusion.scores(scored, query.mode());
    List<Place> places = new ArrayList<>(scores.length);
    for (int i = 0; i < scores.length; i++) {
      int number = scored.get(i).number();
      places.add(new Place(scored.get(i), leaf(number).state(number), scores[i]));
    }
    places.sort(
        Comparator.comparingDouble(Place::score)
            .reversed()
            .thenComparing(place -> place.state.path()));
    return places.subList(0, Math.min(query.limit(), places.size()));
  }

  private LuceneScoring leaf(int number) throws IOException {
    List<LeafReaderContext> contexts = searcher.getIndexReader().leaves();
    int index = ReaderUtil.subIndex(number, contexts);
    LuceneScoring leaf = leaves.get(index);
    if (leaf == null) {
      float @Nullable [] vector = query.mode() == Query.Mode.TEXT ? null : query.vector();
      leaf = new LuceneScoring(contexts.get(index), vector, ofWholes, ofChunks);
      leaves.put(index, leaf);
    }
    return leaf;
  }

  private Weight weight(String field) throws IOException {
    return searcher.createWeight(searcher.rewrite(words(field)), ScoreMode.COMPLETE, 1);
  }

  /// Any of the words; one that is asked for twice counts twice.
  private org.apache.lucene.search.Query words(String field) {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    words.forEach(
        (word, count) ->
            any.add(new BoostQuery(new TermQuery(new Term(field, word)), count), Occur.SHOULD));
    return any.build();
  }
}
