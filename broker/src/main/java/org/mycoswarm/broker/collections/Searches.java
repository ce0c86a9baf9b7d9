package org.mycoswarm.broker.collections;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.CollectionRuns.Serving;
import org.mycoswarm.broker.embedding.NoVector;
import org.mycoswarm.broker.embedding.QueryEmbedder;
import org.mycoswarm.schema.wire.SearchAnswer;
import org.mycoswarm.schema.wire.SearchAnswer.Hit;
import org.mycoswarm.schema.wire.SearchRequest;
import org.mycoswarm.search.DocumentState;
import org.mycoswarm.search.Filter;
import org.mycoswarm.search.Found;
import org.mycoswarm.search.Query;
import org.mycoswarm.search.Query.Mode;

/// Answers searches: has the question embedded by a node, asks the generation that serves, and says
/// of each hit whether its file is still the one that was indexed. Thread-safe.
public final class Searches {
  private static final Duration VECTOR_WAIT = Duration.ofSeconds(5);
  private static final int LIMIT = 10;

  private final CollectionRuns collections;
  private final QueryEmbedder embedder;

  public Searches(CollectionRuns collections, QueryEmbedder embedder) {
    this.collections = collections;
    this.embedder = embedder;
  }

  @SuppressWarnings("ArrayRecordComponent") // as the index takes it
  private record Asked(Mode mode, float @Nullable [] vector, @Nullable String note) {}

  /// @throws CollectionRefused when there is no such collection, or nothing serves yet
  /// @throws NoVector when it is to be found by meaning alone and no node gave a vector
  /// @throws IllegalArgumentException when the request is not in order
  /// @throws IOException when the index cannot be read
  public SearchAnswer search(CollectionName name, SearchRequest request)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Mode wanted = mode(request.mode());
    Serving serving = collections.serving(name);
    Asked asked = asked(wanted, request.query(), serving);
    List<Found> found = serving.index().search(query(request, asked));
    List<Hit> hits = found.stream().map(one -> hit(one, serving)).toList();
    return new SearchAnswer(
        name.value(),
        serving.generation().number(),
        asked.mode().name().toLowerCase(Locale.ROOT),
        asked.note(),
        (System.nanoTime() - begun) / 1_000_000,
        hits);
  }

  private static Mode mode(@Nullable String wanted) {
    return switch (wanted == null ? "hybrid" : wanted) {
      case "hybrid" -> Mode.HYBRID;
      case "dense" -> Mode.DENSE;
      case "text" -> Mode.TEXT;
      default ->
          throw new IllegalArgumentException(
              "Expected mode 'hybrid', 'dense' or 'text', but it is '%s'; nothing was searched"
                  .formatted(wanted));
    };
  }

  /// Words find something also while no node is there.
  private Asked asked(Mode wanted, String query, Serving serving) throws InterruptedException {
    if (wanted == Mode.TEXT) {
      return new Asked(Mode.TEXT, null, null);
    }
    try {
      String model = serving.generation().model();
      float[] vector = embedder.embed(model, "query", List.of(query), VECTOR_WAIT).getFirst();
      return new Asked(wanted, vector, null);
    } catch (NoVector e) {
      if (wanted == Mode.DENSE || e.why() == NoVector.Cause.TOO_LONG) {
        throw e;
      }
      return new Asked(Mode.TEXT, null, "Found by words alone: " + e.getMessage());
    }
  }

  @SuppressWarnings("NullAway") // it cannot see in a class file that the vector may be absent
  private static Query query(SearchRequest request, Asked asked) {
    return new Query(
        request.query(),
        asked.vector(),
        asked.mode(),
        request.limit() == null ? LIMIT : request.limit(),
        filter(request),
        Boolean.TRUE.equals(request.exact()));
  }

  private static Filter filter(SearchRequest request) {
    return new Filter(
        request.path(),
        Optional.ofNullable(request.mediaTypes()).orElse(List.of()),
        request.modifiedFrom(),
        request.modifiedTo());
  }

  private static Hit hit(Found found, Serving serving) {
    DocumentState document = found.document();
    Instant modified = document.modified().equals(Instant.EPOCH) ? null : document.modified();
    return new Hit(
        document.path(),
        document.title(),
        document.contentHash(),
        modified,
        serving.folder() == null ? null : source(serving.folder(), document),
        document.mark(),
        found.score(),
        found.dense(),
        found.text(),
        found.passages().stream().map(Searches::passage).toList());
  }

  private static SearchAnswer.Passage passage(org.mycoswarm.search.Passage passage) {
    return new SearchAnswer.Passage(
        passage.heading(),
        passage.page(),
        passage.start(),
        passage.end(),
        passage.text(),
        passage.highlights().stream()
            .map(span -> new SearchAnswer.Span(span.start(), span.end()))
            .toList());
  }

  private static String source(Path folder, DocumentState document) {
    try {
      BasicFileAttributes now =
          Files.readAttributes(folder.resolve(document.path()), BasicFileAttributes.class);
      boolean same =
          now.size() == document.bytes()
              && millis(now.lastModifiedTime().toInstant()).equals(millis(document.modified()));
      return same ? "same" : "changed";
    } catch (IOException e) {
      return "gone";
    }
  }

  private static Instant millis(Instant time) {
    return time.truncatedTo(ChronoUnit.MILLIS);
  }
}
