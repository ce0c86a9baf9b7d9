package org.mycoswarm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mycoswarm.search.Samples.NOON;
import static org.mycoswarm.search.Samples.SETTINGS;
import static org.mycoswarm.search.Samples.about;
import static org.mycoswarm.search.Samples.chunk;
import static org.mycoswarm.search.Samples.document;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [VectorIndex] promises. An adapter's test says how it is opened.
abstract class VectorIndexContract {
  /// Opens the index of this test: empty at first, with what was committed afterwards.
  abstract VectorIndex open(IndexSettings settings) throws Exception;

  private VectorIndex index;

  @BeforeEach
  void opened() throws Exception {
    index = open(SETTINGS);
  }

  @AfterEach
  void closed() {
    index.close();
  }

  private void committed(IndexedDocument... documents) throws IOException {
    for (IndexedDocument document : documents) {
      index.put(document);
    }
    index.commit(Map.of());
  }

  private void reopened() throws Exception {
    index.close();
    index = open(SETTINGS);
  }

  private List<String> paths() {
    List<String> paths = new ArrayList<>();
    index.documents(state -> paths.add(state.path()));
    return paths;
  }

  private List<String> found(Query query) {
    return index.search(query).stream().map(Found::path).toList();
  }

  private List<String> filtered(Filter filter) {
    return found(new Query("moss", about(0, 0), Query.Mode.HYBRID, 10, filter, false));
  }

  @Test
  void an_empty_index_has_nothing_and_finds_nothing() {
    assertThat(index.committed()).isEmpty();
    assertThat(paths()).isEmpty();
    assertThat(index.document("a")).isEmpty();
    assertThat(index.documentOf("a")).isEmpty();
    assertThat(index.vectors(List.of("a"))).isEmpty();
    assertThat(found(Query.hybrid("moss", about(0, 0), 10))).isEmpty();
    assertThat(index.stats().documents()).isZero();
    assertThat(index.stats().chunks()).isZero();
  }

  @Test
  void a_document_comes_back_as_it_was_put_also_after_a_restart() throws Exception {
    IndexedDocument whole =
        new IndexedDocument(
            "notes/moss.md",
            "c1",
            "text/markdown",
            "Moss",
            123_456_789_012L,
            NOON,
            "b1",
            "kept: broken since",
            "green\n\nwet",
            List.of(
                new IndexedChunk(0, 0, 5, null, null, "green", "h0", about(0, 0.1234567)),
                new IndexedChunk(1, 7, 10, 3, "Moss > Wet", "wet", "h1", about(1, -7.5e-12))));
    IndexedDocument bare =
        new IndexedDocument(
            "bare", "c2", "text/plain", null, 0, Instant.EPOCH, null, null, "", List.of());

    committed(whole, bare);
    reopened();

    assertThat(index.document("notes/moss.md")).get().usingRecursiveComparison().isEqualTo(whole);
    assertThat(index.document("bare")).get().usingRecursiveComparison().isEqualTo(bare);
    assertThat(index.documentOf("c1")).get().usingRecursiveComparison().isEqualTo(whole);
    List<DocumentState> states = new ArrayList<>();
    index.documents(states::add);
    assertThat(states).containsExactly(bare.state(), whole.state());
    List<IndexedDocument> contents = new ArrayList<>();
    index.contents(contents::add);
    assertThat(contents).usingRecursiveComparison().isEqualTo(List.of(bare, whole));
    assertThat(index.stats().documents()).isEqualTo(2);
    assertThat(index.stats().chunks()).isEqualTo(2);
    assertThat(index.stats().bytes()).isPositive();
  }

  @Test
  void nothing_is_seen_before_the_commit_and_all_of_it_after() throws Exception {
    committed(document("old", "moss", 0), document("going", "moss fern", 0));

    index.put(document("new", "moss", 0));
    index.put(document("old", "other words", 1));
    index.remove("going");

    assertThat(paths()).containsExactly("going", "old");
    assertThat(found(Query.words("moss", 10))).containsExactlyInAnyOrder("old", "going");
    assertThat(index.document("new")).isEmpty();

    index.commit(Map.of());

    assertThat(paths()).containsExactly("new", "old");
    assertThat(found(Query.words("moss", 10))).containsExactly("new");
  }

  @Test
  void what_was_not_committed_is_gone_after_a_restart() throws Exception {
    committed(document("kept", "moss", 0));
    index.put(document("lost", "moss", 0));
    index.remove("kept");

    reopened();

    assertThat(paths()).containsExactly("kept");
  }

  @Test
  void a_put_replaces_the_whole_document_also_when_it_shrinks() throws Exception {
    committed(document("a", "one\n\ntwo\n\nthree", 0));

    index.put(document("a", "five\n\nsix", 2));
    index.put(document("a", "four", 1));
    index.commit(Map.of());

    assertThat(index.stats().chunks()).isEqualTo(1);
    assertThat(index.vectors(List.of("hash of one", "hash of five", "hash of four")))
        .containsOnlyKeys("hash of four");
    assertThat(found(Query.words("two", 10))).isEmpty();
    assertThat(index.search(Query.meaning(about(0, 0), 10)).getFirst().dense()).isLessThan(0.1);
  }

  @Test
  void a_document_without_chunks_is_found_by_its_title() throws Exception {
    committed(
        document("empty.pdf", "", 0, "Moss of the north", "application/pdf", NOON),
        document("a", "fern", 1));

    List<Found> found = index.search(Query.hybrid("moss", about(0, 0), 10));

    assertThat(found).extracting(Found::path).containsExactlyInAnyOrder("empty.pdf", "a");
    Found empty = found.stream().filter(f -> f.path().equals("empty.pdf")).findFirst().get();
    assertThat(empty.passages()).isEmpty();
    assertThat(empty.dense()).isNull();
    assertThat(empty.text()).isPositive();
    assertThat(empty.title()).isEqualTo("Moss of the north");
  }

  @Test
  void removing_takes_out_one_document_and_an_unknown_path_nothing() throws Exception {
    committed(document("a", "moss", 0), document("b", "moss", 0));

    index.remove("a");
    index.remove("unknown");
    index.commit(Map.of());

    assertThat(paths()).containsExactly("b");
    assertThat(found(Query.hybrid("moss", about(0, 0), 10))).containsExactly("b");
    assertThat(index.documentOf("content of moss")).isPresent();
  }

  @Test
  void the_note_of_a_commit_takes_the_place_of_the_one_before() throws Exception {
    index.commit(Map.of("position", "7", "run", "r1"));
    index.commit(Map.of("position", "8 \u00e9\ud83c\udf44"));

    assertThat(index.committed()).isEqualTo(Map.of("position", "8 \u00e9\ud83c\udf44"));
    reopened();
    assertThat(index.committed()).isEqualTo(Map.of("position", "8 \u00e9\ud83c\udf44"));
  }

  @Test
  void documents_come_in_the_order_of_their_paths_code_points() throws Exception {
    List<String> odd =
        List.of(
            " leading space",
            "A",
            "B",
            "a",
            "a b%20c",
            "a'b\"c\\d",
            "a/../b",
            "line\nbreak",
            "x*y?z{1,2}[3]",
            "\u00e9t\u00e9.txt",
            "\uff5e.txt",
            "\ud83c\udf44.md");
    for (String path : odd.reversed()) {
      index.put(document(path, "moss", 0));
      index.commit(Map.of());
    }

    assertThat(paths()).containsExactlyElementsOf(odd);
    for (String path : odd) {
      assertThat(index.document(path)).get().extracting(IndexedDocument::path).isEqualTo(path);
    }
    index.remove("line\nbreak");
    index.commit(Map.of());
    assertThat(paths()).hasSize(odd.size() - 1).doesNotContain("line\nbreak");
  }

  @Test
  void paths_that_differ_by_case_are_two_documents() throws Exception {
    committed(document("Readme.md", "moss", 0));

    index.remove("Readme.md");
    index.put(document("README.md", "moss", 0));
    index.commit(Map.of());

    assertThat(paths()).containsExactly("README.md");
    committed(document("readme.md", "moss", 0));
    assertThat(paths()).containsExactly("README.md", "readme.md");
  }

  @Test
  void vectors_come_back_bit_by_bit_by_the_hash_of_their_chunk() throws Exception {
    float[] exact = {0.1f, -Float.MIN_VALUE, 1 / 3f, 12345.678f};
    committed(
        new IndexedDocument(
            "a",
            "c",
            "text/plain",
            null,
            1,
            NOON,
            null,
            null,
            "x",
            List.of(new IndexedChunk(0, 0, 1, null, null, "x", "h", exact))));

    Map<String, float[]> vectors = index.vectors(List.of("h", "unknown", "h"));

    assertThat(vectors).containsOnlyKeys("h");
    assertThat(vectors.get("h")).containsExactly(exact);
  }

  @Test
  void meaning_orders_by_the_cosine_of_the_closest_chunk() throws Exception {
    committed(document("near", "x\n\ny", 0), document("far", "x", 2), document("aside", "x", 3));

    List<Found> found = index.search(Query.meaning(about(0, 0), 10));

    assertThat(found).extracting(Found::path).startsWith("near");
    assertThat(found.getFirst().dense()).isEqualTo(1.0);
    assertThat(found.getFirst().score()).isEqualTo(1.0);
    assertThat(found.getFirst().text()).isNull();
    assertThat(found.getFirst().passages().getFirst().ordinalFrom()).isZero();
    assertThat(found).extracting(Found::score).isSortedAccordingTo((a, b) -> Double.compare(b, a));
  }

  @Test
  void words_find_without_their_endings_and_without_frequent_words() throws Exception {
    committed(document("a", "The mosses were growing", 0), document("b", "the and of", 0));

    assertThat(found(Query.words("growth of the moss grow", 10))).containsExactly("a");
    assertThat(found(Query.words("of the", 10))).isEmpty();
    assertThat(found(Query.words("", 10))).isEmpty();
  }

  @Test
  void equal_scores_come_in_the_order_of_their_paths() throws Exception {
    for (String path : List.of("c", "a", "d", "b")) {
      committed(document(path, "moss", 0));
    }

    assertThat(found(Query.words("moss", 10))).containsExactly("a", "b", "c", "d");
    assertThat(found(Query.hybrid("moss", about(0, 0), 10))).containsExactly("a", "b", "c", "d");
  }

  @Test
  void both_legs_count_in_a_hybrid_search() throws Exception {
    committed(
        document("words", "liverwort", 1),
        document("meaning", "bryophyte", 0),
        document("both", "liverwort fern", 0),
        document("none", "granite", 2));

    List<Found> found = index.search(Query.hybrid("liverwort", about(0, 0), 10));

    assertThat(found).extracting(Found::path).startsWith("both").endsWith("none");
    assertThat(found.get(1).score()).isPositive();
    assertThat(found.getFirst().dense()).isEqualTo(1.0);
    assertThat(found.getLast().text()).isNull();
  }

  @ParameterizedTest
  @EnumSource(Query.Mode.class)
  void exact_and_graph_find_the_same_in_a_small_index(Query.Mode mode) throws Exception {
    for (int i = 0; i < 40; i++) {
      index.put(document("d" + i, "moss ".repeat(i + 1) + "\n\nfern", i % 4));
    }
    index.commit(Map.of());

    Query graph = new Query("moss", about(1, 0.5), mode, 10, Filter.NONE, false);
    Query exact = new Query("moss", about(1, 0.5), mode, 10, Filter.NONE, true);

    assertThat(index.search(graph)).hasSize(10).isEqualTo(index.search(exact));
  }

  @Test
  void filters_on_path_type_and_date_hold_for_both_legs() throws Exception {
    Instant early = Instant.parse("2020-01-01T00:00:00Z");
    committed(
        document("guide/a.md", "moss", 0, null, "text/markdown", early),
        document("guide/deep/b.md", "moss", 0, null, "text/markdown", NOON),
        document("c.html", "moss", 0, null, "text/html", NOON));

    assertThat(filtered(new Filter("guide/*.md", List.of(), null, null)))
        .containsExactly("guide/a.md");
    assertThat(filtered(new Filter("guide/**", List.of(), null, null)))
        .containsExactly("guide/a.md", "guide/deep/b.md");
    assertThat(filtered(new Filter("**/?.{md,html}", List.of(), null, null)))
        .containsExactly("c.html", "guide/a.md", "guide/deep/b.md");
    assertThat(filtered(new Filter("*", List.of(), null, null))).containsExactly("c.html");
    assertThat(filtered(new Filter(null, List.of("text/html", "x/y"), null, null)))
        .containsExactly("c.html");
    assertThat(filtered(new Filter(null, List.of(), null, NOON))).containsExactly("guide/a.md");
    assertThat(filtered(new Filter(null, List.of(), NOON, null)))
        .containsExactly("c.html", "guide/deep/b.md");
    assertThat(filtered(new Filter(null, List.of(), early, early.plusSeconds(1))))
        .containsExactly("guide/a.md");
    assertThat(filtered(new Filter("c*", List.of("text/markdown"), null, null))).isEmpty();
    Filter html = new Filter(null, List.of("text/html"), null, null);
    assertThat(found(new Query("moss", about(2, 0), Query.Mode.DENSE, 10, html, true)))
        .containsExactly("c.html");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.c", "a+c", "a(c", "a|c", "a\\c", "a#c", "a@c", "a\"c", "a~c", "a c"})
  void a_path_pattern_takes_signs_as_they_are(String path) throws Exception {
    committed(document(path, "moss", 0), document("abc", "moss", 0), document("a", "moss", 0));

    assertThat(filtered(new Filter(path, List.of(), null, null))).containsExactly(path);
  }

  @Test
  void neighbouring_chunks_are_one_passage_and_what_they_share_is_there_once() throws Exception {
    String text = "\ud83c\udf44 Moss is old.\nIt grows.  Ferns grow too. Granite.";
    IndexedDocument document =
        new IndexedDocument(
            "a",
            "c",
            "text/plain",
            null,
            1,
            NOON,
            null,
            null,
            text,
            List.of(
                slice(text, 0, 0, 24, about(0, 0)),
                slice(text, 1, 15, 24, about(0, 0.1)),
                slice(text, 2, 26, 41, about(0, 0.2)),
                slice(text, 3, 42, 50, about(2, 0))));
    committed(document);

    List<Passage> passages =
        index.search(Query.hybrid("growing ferns", about(0, 0.1), 1)).getFirst().passages();

    assertThat(passages).hasSize(1);
    Passage passage = passages.getFirst();
    assertThat(passage.text()).isEqualTo(text.substring(0, text.indexOf(" Granite")));
    assertThat(passage.start()).isZero();
    assertThat(passage.end()).isEqualTo(41);
    assertThat(passage.ordinalFrom()).isZero();
    assertThat(passage.ordinalTo()).isEqualTo(2);
    assertThat(passage.heading()).isEqualTo("Part > 0");
    assertThat(passage.page()).isEqualTo(1);
    assertThat(passage.highlights().stream().map(span -> slice(passage.text(), span)))
        .containsExactly("grows", "Ferns", "grow");
  }

  private static IndexedChunk slice(String text, int ordinal, int from, int to, float[] vector) {
    return chunk(ordinal, from, to, slice(text, new Span(from, to)), vector);
  }

  private static String slice(String text, Span span) {
    return text.substring(
        text.offsetByCodePoints(0, span.start()), text.offsetByCodePoints(0, span.end()));
  }

  @Test
  void chunks_apart_are_passages_apart_the_best_first() throws Exception {
    committed(document("a", "moss\n\nstone\n\nsand\n\nrock\n\nmoss moss", 0));

    List<Passage> passages = index.search(Query.words("moss", 1)).getFirst().passages();

    assertThat(passages).extracting(Passage::ordinalFrom).containsExactlyInAnyOrder(0, 4);
    assertThat(passages).allSatisfy(p -> assertThat(p.highlights()).isNotEmpty());
  }

  @Test
  void the_limit_is_kept() throws Exception {
    IntStream.range(0, 250).forEach(i -> index.put(document("d" + i, "moss", 0)));
    index.commit(Map.of());

    assertThat(found(Query.hybrid("moss", about(0, 0), 3))).hasSize(3);
    assertThat(found(Query.hybrid("moss", about(0, 0), 200))).hasSize(200).doesNotHaveDuplicates();
    assertThat(found(Query.words("moss", 1_000))).hasSize(250);
    assertThat(found(Query.meaning(about(0, 0), 1_000))).hasSize(250);
  }

  @Test
  void a_vector_of_another_model_is_refused() {
    IndexedChunk chunk = new IndexedChunk(0, 0, 1, null, null, "x", "h", new float[] {1, 0, 0});
    IndexedDocument wrong =
        new IndexedDocument("a", "c", "text/plain", null, 1, NOON, null, null, "x", List.of(chunk));

    assertThatThrownBy(() -> index.put(wrong))
        .hasMessage(
            "Expected a vector of 4 numbers for chunk 0 of 'a', as the model 'sha256:model' makes,"
                + " but it has 3; it was made by another model");
    assertThatThrownBy(() -> index.search(Query.meaning(new float[] {1}, 1)))
        .hasMessageStartingWith("Expected a vector of 4 numbers for the question");
  }

  @ParameterizedTest
  @ValueSource(floats = {0, Float.NaN, Float.POSITIVE_INFINITY})
  void a_vector_without_a_direction_is_refused(float number) {
    float[] vector = {number, 0, 0, 0};

    assertThatThrownBy(() -> index.search(Query.meaning(vector, 1)))
        .hasMessageStartingWith("Expected a vector with a direction for the question, but its")
        .hasMessageEndingWith("nothing can be compared with it");
  }

  @Test
  void another_settings_index_is_refused_with_a_sentence() {
    index.close();

    assertThatThrownBy(() -> open(new IndexSettings("sha256:other", 4, "structure-1/200/20")))
        .isInstanceOf(IndexUnusable.class)
        .hasMessageContaining("Expected an index of model 'sha256:other'")
        .hasMessageContaining("but it is of 'sha256:model'")
        .hasMessageContaining("build another generation");
    assertThatThrownBy(() -> open(new IndexSettings("sha256:model", 5, "structure-1/200/20")))
        .hasMessageContaining("Expected an index of dimension '5'");
    assertThatThrownBy(() -> open(new IndexSettings("sha256:model", 4, "structure-2/200/20")))
        .hasMessageContaining("Expected an index of chunker 'structure-2/200/20'");
  }

  @Test
  void searches_end_in_peace_when_the_index_is_closed_under_them() throws Exception {
    IntStream.range(0, 200).forEach(i -> index.put(document("d" + i, "moss\n\nfern", i % 4)));
    index.commit(Map.of());
    CountDownLatch searching = new CountDownLatch(4);

    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<String>> ends =
          IntStream.range(0, 4)
              .mapToObj(i -> threads.submit(() -> untilClosed(searching)))
              .toList();
      boolean allSearch = searching.await(60, TimeUnit.SECONDS);
      index.close();
      assertThat(allSearch).isTrue();

      for (Future<String> end : ends) {
        assertThat(end.get(60, TimeUnit.SECONDS))
            .startsWith("Expected the index")
            .contains("to be open, but it was closed")
            .endsWith("open it again");
      }
    }
    index.close();
  }

  private String untilClosed(CountDownLatch searching) {
    for (int i = 0; ; i++) {
      try {
        assertThat(found(Query.hybrid("moss", about(0, 0.1), 10))).hasSize(10);
      } catch (IllegalStateException closed) {
        return String.valueOf(closed.getMessage());
      }
      if (i == 1) {
        searching.countDown();
      }
    }
  }

  @Test
  void no_search_sees_half_of_a_commit() throws Exception {
    committed(document("a", "moss", 0), document("b", "moss", 0));
    Query both = Query.words("moss fern", 10);

    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      CountDownLatch done = new CountDownLatch(1);
      Future<Boolean> same =
          threads.submit(
              () -> {
                boolean equal = true;
                while (done.getCount() > 0) {
                  List<Found> found = index.search(both);
                  equal &= found.size() == 2 && text(found.get(0)).equals(text(found.get(1)));
                }
                return equal;
              });
      try {
        for (int i = 0; i < 20; i++) {
          String text = i % 2 == 0 ? "fern" : "moss";
          committed(document("a", text, 0), document("b", text, 0));
        }
      } finally {
        done.countDown();
      }

      assertThat(same.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static String text(Found found) {
    return found.passages().getFirst().text();
  }
}
