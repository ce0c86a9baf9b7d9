package org.mycoswarm.search;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One search of one state of the database, by the same steps as [LuceneSearch]. Documents are
/// called by their id; a [Scored] of one by its place among the candidates.
final class PgSearch {
  /// As in Lucene: how soon a word said again counts no more, and how much a long document loses.
  private static final double K1 = 1.2;

  private static final double B = 0.75;
  private static final int DEPTH = 100;

  /// A document has several chunks, so more chunks are asked for than documents.
  private static final int CHUNKS_FOR_ONE = 4;

  private final Connection connection;
  private final PgTables tables;
  private final Query query;
  private final int depth;
  private final @Nullable String vector;
  private final Map<String, Double> weights = new LinkedHashMap<>();
  private double averageLength = 1;

  PgSearch(Connection connection, PgTables tables, Query query) {
    this.connection = connection;
    this.tables = tables;
    this.query = query;
    this.depth = Math.max(DEPTH, query.limit());
    float[] numbers = query.mode() == Query.Mode.TEXT ? null : query.vector();
    this.vector = numbers == null ? null : PgTables.literal(numbers);
  }

  List<Found> find() throws SQLException {
    Fusion fusion = new Fusion(meanCosine(), weigh(Words.of(query.text())));
    Set<Long> candidates = new LinkedHashSet<>();
    if (query.mode() != Query.Mode.DENSE) {
      candidates.addAll(byWords());
    }
    if (vector != null) {
      candidates.addAll(query.exact() ? byEveryVector(vector) : byGraph(vector));
    }
    List<Long> ids = List.copyOf(candidates);
    if (ids.isEmpty()) {
      return List.of();
    }
    Map<Long, Float> text = words(ids);
    Map<Long, Float> dense = meaning(ids);
    Map<Long, DocumentState> states = states(ids);
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      Long id = ids.get(i);
      scored.add(
          new Scored(i, dense.getOrDefault(id, Float.NaN), text.getOrDefault(id, Float.NaN)));
    }
    double[] scores = fusion.scores(scored, query.mode());
    List<Integer> best =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> scores[i])
                    .reversed()
                    .thenComparing(i -> state(states, ids.get(i)).path()))
            .limit(query.limit())
            .toList();
    Map<Long, List<Passage>> passages = passages(best.stream().map(ids::get).toList(), fusion);
    return best.stream()
        .map(
            i ->
                found(
                    state(states, ids.get(i)),
                    scored.get(i),
                    scores[i],
                    passages.getOrDefault(ids.get(i), List.of())))
        .toList();
  }

  private static DocumentState state(Map<Long, DocumentState> states, Long id) {
    DocumentState state = states.get(id);
    if (state == null) {
      throw new IllegalStateException("Expected the document %d, but it is gone".formatted(id));
    }
    return state;
  }

  private static Found found(
      DocumentState state, Scored scored, double score, List<Passage> passages) {
    return new Found(state, score, scored.denseOrNull(), scored.textOrNull(), passages);
  }

  /// The rarer a word, the more it weighs.
  ///
  /// @return what all of them weigh
  private double weigh(Map<String, Integer> words) throws SQLException {
    long[] sizes = tables.sizes(connection);
    averageLength = sizes[0] == 0 ? 1 : Math.max(1, (double) sizes[1] / sizes[0]);
    new PgStatement()
        .add("select w.word, count(*) from {s}.words w join {s}.documents d on d.id = w.document")
        .add("where d.live and w.word = any(?) group by w.word", words.keySet())
        .each(
            connection,
            tables,
            row -> {
              long with = row.getLong(2);
              int asked = words.getOrDefault(row.getString(1), 0);
              weights.put(row.getString(1), asked * Words.weight(with, sizes[0]));
            });
    double most = 0;
    for (Map.Entry<String, Integer> word : words.entrySet()) {
      Double weight = weights.get(word.getKey());
      most += weight == null ? word.getValue() * Words.weight(0, sizes[0]) : weight;
    }
    return most;
  }

  /// Of some chunks that have nothing to do with the question.
  private double meanCosine() throws SQLException {
    double[] mean = {0};
    if (vector != null) {
      new PgStatement()
          .add("select coalesce(avg(1 - (vector <=> ?::vector)), 0) from", vector)
          .add("(select vector from {s}.chunks order by hash limit 256) sample")
          .each(connection, tables, row -> mean[0] = row.getDouble(1));
    }
    return mean[0];
  }

  private PgStatement scoring() {
    return new PgStatement()
        .add("select d.id, sum(q.weight * w.count / (w.count + ? * (? + ?", K1, 1 - B, B)
        .add("* d.length / ?)))::float4 as score from {s}.words w", averageLength)
        .add(
            "join unnest(?::text[], ?::float8[]) q(word, weight)",
            weights.keySet(),
            weights.values())
        .add("on q.word = w.word join {s}.documents d on d.id = w.document where");
  }

  private Collection<Long> byWords() throws SQLException {
    return scores(
            scoring().only(query.filter()).add("group by d.id order by score desc limit ?", depth))
        .keySet();
  }

  private Map<Long, Float> words(List<Long> ids) throws SQLException {
    return scores(scoring().add("d.id = any(?) group by d.id", ids));
  }

  private Collection<Long> byGraph(String near) throws SQLException {
    int chunks = depth * CHUNKS_FOR_ONE;
    try (Statement settings = connection.createStatement()) {
      settings.execute("set local hnsw.ef_search = " + Math.min(1_000, chunks));
      settings.execute("set local hnsw.iterative_scan = strict_order");
    }
    return scores(
            new PgStatement()
                .add("select c.document, 0 from {s}.chunks c join {s}.documents d")
                .add("on d.id = c.document where")
                .only(query.filter())
                .add("order by c.vector <=> ?::vector limit ?", near, chunks))
        .keySet()
        .stream()
        .limit(depth)
        .toList();
  }

  private Collection<Long> byEveryVector(String near) throws SQLException {
    return scores(
            new PgStatement()
                .add("select c.document, min(c.vector <=> ?::vector) as distance", near)
                .add("from {s}.chunks c join {s}.documents d on d.id = c.document where")
                .only(query.filter())
                .add("group by c.document order by distance limit ?", depth))
        .keySet();
  }

  private Map<Long, Float> meaning(List<Long> ids) throws SQLException {
    if (vector == null) {
      return Map.of();
    }
    return scores(
        new PgStatement()
            .add("select document, 1 - min(vector <=> ?::vector) from {s}.chunks", vector)
            .add("where document = any(?) group by document", ids));
  }

  /// An id and a number a row, in the order of the rows.
  private Map<Long, Float> scores(PgStatement statement) throws SQLException {
    Map<Long, Float> scores = new LinkedHashMap<>();
    statement.each(connection, tables, row -> scores.putIfAbsent(row.getLong(1), row.getFloat(2)));
    return scores;
  }

  private Map<Long, DocumentState> states(List<Long> ids) throws SQLException {
    Map<Long, DocumentState> states = new HashMap<>();
    new PgStatement()
        .add("select id, state from {s}.documents where id = any(?)", ids)
        .each(connection, tables, row -> states.put(row.getLong(1), Packed.state(row.getBytes(2))));
    return states;
  }

  private Map<Long, List<Passage>> passages(List<Long> ids, Fusion fusion) throws SQLException {
    Map<Long, List<Packed.StoredChunk>> chunks = new LinkedHashMap<>();
    Map<Long, List<Scored>> scored = new HashMap<>();
    new PgStatement()
        .add(
            "select document, packed, 1 - (vector <=> nullif(?, '')::vector)",
            vector == null ? "" : vector)
        .add("from {s}.chunks where document = any(?) order by document, ordinal", ids)
        .each(
            connection,
            tables,
            row -> {
              List<Packed.StoredChunk> of =
                  chunks.computeIfAbsent(row.getLong(1), id -> new ArrayList<>());
              Packed.StoredChunk chunk = Packed.chunk(row.getBytes(2));
              float dense = vector == null ? Float.NaN : row.getFloat(3);
              scored
                  .computeIfAbsent(row.getLong(1), id -> new ArrayList<>())
                  .add(new Scored(of.size(), dense, text(chunk)));
              of.add(chunk);
            });
    Map<Long, List<Passage>> passages = new HashMap<>();
    chunks.forEach(
        (id, of) ->
            passages.put(
                id,
                Passages.of(
                    Passages.best(scored.getOrDefault(id, List.of()), fusion, query.mode()).stream()
                        .map(of::get)
                        .toList(),
                    weights.keySet())));
    return passages;
  }

  /// How well a chunk's words answer; its length does not count.
  private float text(Packed.StoredChunk chunk) {
    double score = 0;
    for (Map.Entry<String, Integer> word : Words.counted(chunk.text()).entrySet()) {
      double weight = weights.getOrDefault(word.getKey(), 0.0);
      score += weight * word.getValue() / (word.getValue() + K1);
    }
    return score > 0 ? (float) score : Float.NaN;
  }
}
