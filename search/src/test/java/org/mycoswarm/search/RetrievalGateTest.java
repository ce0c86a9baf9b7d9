package org.mycoswarm.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.evaluation.Evaluation;

/// How good the search is may not get worse without anybody noticing: two classic collections,
/// against the table that came with them. They are not ours to pass on, so this runs where they
/// are.
///
/// `-Dmycoswarm.retrieval=FOLDER` names them elsewhere than in `../shared/data/retrieval`;
/// `-Dmycoswarm.fp32=true` measures the larger model too, which takes some minutes.
class RetrievalGateTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("mycoswarm.retrieval", "../../shared/data/retrieval"));
  private static final String INT8 = "all-minilm-l6-v2-int8";
  private static final String FP32 = "all-minilm-l6-v2";
  private static final double NEAR = 0.005;

  /// nDCG@10 of the reference.
  private record Reference(double words, double int8, double fp32) {}

  private static final Map<String, Reference> REFERENCES =
      Map.of(
          "cranfield", new Reference(0.384, 0.389, 0.398),
          "cacm", new Reference(0.502, 0.444, 0.439));

  @TempDir private Path folder;

  private static LabelledCollection collection(String name) throws IOException {
    assumeTrue(
        Files.isDirectory(FOLDER),
        () -> "No labelled collections in '%s': the quality was not measured".formatted(FOLDER));
    return name.equals("cacm")
        ? LabelledCollection.cacm(FOLDER.resolve(name))
        : LabelledCollection.cranfield(FOLDER.resolve(name));
  }

  private static Reference reference(String name) {
    return REFERENCES.getOrDefault(name, new Reference(1, 1, 1));
  }

  private Map<Query.Mode, Double> measured(LabelledCollection collection, String model)
      throws Exception {
    EmbeddedCollection embedded = EmbeddedCollection.of(collection, model);
    try (LuceneIndex index = LuceneIndex.open(folder.resolve(model), embedded.settings())) {
      embedded.into(index);
      Map<Query.Mode, Double> measured = new java.util.EnumMap<>(Query.Mode.class);
      for (Query.Mode mode : Query.Mode.values()) {
        Evaluation evaluation =
            Evaluation.of(
                collection.topics(),
                collection.judgements(),
                topic -> paths(index.search(embedded.query(topic, mode))));
        System.out.printf("%s, %s, %s: %s%n", collection.name(), model, mode, evaluation);
        measured.put(mode, evaluation.ndcg10());
      }
      return measured;
    }
  }

  private static List<String> paths(List<Found> found) {
    return found.stream().map(Found::path).toList();
  }

  /// The reference's int8 vectors are made in batches, ours one by one, which may be why ours score
  /// higher: that leg may be better than the table, but not worse.
  @ParameterizedTest
  @ValueSource(strings = {"cranfield", "cacm"})
  void each_leg_is_as_good_as_the_reference_and_both_together_are_better(String name)
      throws Exception {
    LabelledCollection collection = collection(name);
    Reference reference = reference(name);

    Map<Query.Mode, Double> measured = measured(collection, INT8);

    double words = measured.getOrDefault(Query.Mode.TEXT, 0.0);
    double meaning = measured.getOrDefault(Query.Mode.DENSE, 0.0);
    assertThat(words).isBetween(reference.words() - NEAR, reference.words() + NEAR);
    assertThat(meaning).isGreaterThan(reference.int8() - NEAR);
    assertThat(meaning).isBetween(reference.fp32() - 0.015, reference.fp32() + 0.015);
    assertThat(measured.getOrDefault(Query.Mode.HYBRID, 0.0))
        .isGreaterThanOrEqualTo(Math.max(words, meaning));
  }

  @ParameterizedTest
  @ValueSource(strings = {"cranfield", "cacm"})
  void the_larger_model_is_as_good_as_the_reference(String name) throws Exception {
    assumeTrue(Boolean.getBoolean("mycoswarm.fp32"), "The long form: -Dmycoswarm.fp32=true");
    LabelledCollection collection = collection(name);

    Map<Query.Mode, Double> measured = measured(collection, FP32);

    double fp32 = reference(name).fp32();
    assertThat(measured.getOrDefault(Query.Mode.DENSE, 0.0)).isBetween(fp32 - NEAR, fp32 + NEAR);
    assertThat(measured.getOrDefault(Query.Mode.HYBRID, 0.0))
        .isGreaterThanOrEqualTo(Math.max(measured.getOrDefault(Query.Mode.TEXT, 0.0), fp32));
  }

  @Test
  void the_collections_are_read_whole() throws Exception {
    LabelledCollection cranfield = collection("cranfield");
    LabelledCollection cacm = collection("cacm");

    assertThat(cranfield.texts()).hasSize(1_400);
    assertThat(cranfield.topics()).hasSize(225);
    assertThat(pairs(cranfield)).isEqualTo(1_612);
    assertThat(cacm.texts()).hasSize(3_204);
    assertThat(cacm.judgements().relevant()).hasSize(52);
    assertThat(pairs(cacm)).isEqualTo(796);
  }

  private static int pairs(LabelledCollection collection) {
    return collection.judgements().relevant().values().stream().mapToInt(java.util.Set::size).sum();
  }
}
