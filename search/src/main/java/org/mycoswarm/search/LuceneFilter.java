package org.mycoswarm.search;

import java.util.List;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.RegexpQuery;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.automaton.RegExp;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;
import org.jspecify.annotations.Nullable;

/// A [Filter] in Lucene's words.
final class LuceneFilter {
  private LuceneFilter() {}

  /// The wholes that may be found; null for all of them.
  static @Nullable Query of(Filter filter) {
    if (filter.isNone()) {
      return null;
    }
    BooleanQuery.Builder all = new BooleanQuery.Builder().add(Block.WHOLES, Occur.FILTER);
    if (filter.pathGlob() != null) {
      all.add(paths(filter.pathGlob()), Occur.FILTER);
    }
    if (!filter.mediaTypes().isEmpty()) {
      List<BytesRef> types = filter.mediaTypes().stream().map(BytesRef::new).toList();
      all.add(new TermInSetQuery(Block.MEDIA_TYPE, types), Occur.FILTER);
    }
    if (filter.modifiedFrom() != null || filter.modifiedTo() != null) {
      long from =
          filter.modifiedFrom() == null ? Long.MIN_VALUE : Moments.micros(filter.modifiedFrom());
      long to =
          filter.modifiedTo() == null
              ? Long.MAX_VALUE
              : Math.decrementExact(Moments.micros(filter.modifiedTo()));
      all.add(LongPoint.newRangeQuery(Block.MODIFIED, from, to), Occur.FILTER);
    }
    return all.build();
  }

  private static Query paths(String glob) {
    try {
      return new RegexpQuery(new Term(Block.PATH, Glob.regex(glob)), RegExp.NONE);
    } catch (TooComplexToDeterminizeException e) {
      throw new IllegalArgumentException(
          "Expected a path pattern that can be searched for, but '%s' has too many stars; use fewer"
              .formatted(glob),
          e);
    }
  }
}
