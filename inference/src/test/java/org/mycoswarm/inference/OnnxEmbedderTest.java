package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A vector means what its text means, and depends on nothing else.
class OnnxEmbedderTest {
  private static final List<String> TEXTS =
      List.of(
          "The broker appends every event to its log before it answers.",
          "Fungi",
          "A mycelium joins the roots of many trees and carries sugar between them.",
          "0 1 2 3 \u4f60\u597d \ud83c\udf44 caf\u00e9 [CLS]",
          "short",
          "");

  private static OnnxRuntime runtime;

  @BeforeAll
  static void start() {
    runtime = OnnxRuntime.start();
  }

  @AfterAll
  static void close() {
    runtime.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"all-minilm-l6-v2", "all-minilm-l6-v2-int8"})
  void a_vector_is_the_same_to_the_bit_in_another_embedder_and_another_order(String name) {
    Model model = ModelStore.open(Shipped.MODELS).byName(name).orElseThrow();
    List<float[]> forth = new ArrayList<>();
    List<float[]> back = new ArrayList<>();

    try (Embedder one = runtime.embedder(model);
        Embedder other = runtime.embedder(model)) {
      TEXTS.forEach(text -> forth.add(one.embed(text)));
      TEXTS.reversed().forEach(text -> back.addFirst(other.embed(text)));
    }

    for (int i = 0; i < TEXTS.size(); i++) {
      assertThat(forth.get(i)).containsExactly(back.get(i));
    }
  }

  @Test
  void a_vector_has_the_length_of_the_model_and_norm_one() {
    try (Embedder embedder = runtime.embedder(Shipped.int8())) {
      float[] vector = embedder.embed(TEXTS.getFirst());

      assertThat(vector).hasSize(384);
      assertThat(Cosine.of(vector, vector)).isCloseTo(1, within(1e-6));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"all-minilm-l6-v2", "all-minilm-l6-v2-int8"})
  void related_texts_are_nearer_than_unrelated_ones(String name) {
    try (Embedder embedder =
        runtime.embedder(ModelStore.open(Shipped.MODELS).byName(name).orElseThrow())) {
      float[] question = embedder.embed("How do mushrooms spread?");
      float[] near = embedder.embed("Fungi reproduce by releasing spores into the air.");
      float[] far = embedder.embed("The invoice is due within thirty days.");

      assertThat(Cosine.of(question, near)).isGreaterThan(Cosine.of(question, far) + 0.2);
    }
  }

  @Test
  void eight_bits_say_nearly_what_thirty_two_say() {
    try (Embedder full = runtime.embedder(Shipped.fp32());
        Embedder light = runtime.embedder(Shipped.int8())) {
      for (String text : TEXTS.subList(0, 3)) {
        assertThat(Cosine.of(full.embed(text), light.embed(text))).isGreaterThan(0.95);
      }
    }
  }

  @Test
  void a_text_that_is_too_long_is_refused_and_not_cut_off() {
    String text = "tree ".repeat(255);

    try (Embedder embedder = runtime.embedder(Shipped.int8())) {
      assertThat(embedder.tokens(text)).isEqualTo(257);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> embedder.embed(text))
          .withMessage(
              "Expected at most 256 tokens, as the model 'all-minilm-l6-v2-int8' takes,"
                  + " but the text has 257; cut it into chunks first");
    }
  }
}
