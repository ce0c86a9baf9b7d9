package org.mycoswarm.broker.collections;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.SearchAnswer.Hit;
import org.mycoswarm.schema.wire.SearchAnswer.Passage;
import org.mycoswarm.search.IndexedDocument;
import org.mycoswarm.search.VectorIndex;

/// Says in which lines of its file a passage stands, for files that are kept as they are: of a PDF
/// or a web page nobody sees the lines of what was read. For one question.
final class Lines {
  /// @param first counted from 1, or null where there are none
  record Range(@Nullable Integer first, @Nullable Integer last) {
    static final Range NONE = new Range(null, null);
  }

  private final VectorIndex index;
  private final Map<String, Optional<IndexedDocument>> documents = new HashMap<>();

  Lines(VectorIndex index) {
    this.index = index;
  }

  Range of(Hit hit, Passage passage) {
    return documents
        .computeIfAbsent(hit.path(), index::document)
        .filter(document -> document.contentHash().equals(hit.sha256()) && isPlain(document))
        .map(document -> range(document.text(), passage))
        .orElse(Range.NONE);
  }

  private static boolean isPlain(IndexedDocument document) {
    String type = document.mediaType();
    return (type.startsWith("text/") && !type.equals("text/html"))
        || type.equals("application/json")
        || type.equals("application/xml");
  }

  private static Range range(String text, Passage passage) {
    if (passage.end() > text.codePointCount(0, text.length())) {
      return Range.NONE; // the file was indexed anew meanwhile
    }
    int start = text.offsetByCodePoints(0, passage.start());
    int end = text.offsetByCodePoints(start, passage.end() - passage.start());
    int first = 1 + breaks(text, 0, start);
    return new Range(first, first + breaks(text, start, Math.max(start, end - 1)));
  }

  private static int breaks(String text, int from, int to) {
    return Math.toIntExact(text.substring(from, to).chars().filter(c -> c == '\n').count());
  }
}
