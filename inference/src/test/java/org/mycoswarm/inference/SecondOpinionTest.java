package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// From the text to the vector, our own plain Java agrees with the libraries that a node uses.
class SecondOpinionTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Fungi",
        "A mycelium joins the roots of many trees, and carries sugar between them.",
        "Unbelievably, the hyperparameterization of tokenizers (v2.5) isn't standardised!",
        "if (lease.expired()) { queue.bury(task_id); } // 42 attempts",
      })
  void tokens_and_fp32_vectors_equal_those_of_another_implementation(String text)
      throws IOException {
    Model model = Shipped.fp32();
    long[] ids = new ReferenceWordPiece(model.tokenizer()).ids(text);
    float[] expected = new ReferenceMiniLm(model.weights()).embed(ids);

    try (OnnxRuntime runtime = OnnxRuntime.start();
        Tokenizer tokenizer = Tokenizer.load(model.tokenizer());
        Embedder embedder = runtime.embedder(model)) {
      assertThat(tokenizer.ids(text)).containsExactly(ids);
      assertThat(embedder.embed(text)).containsExactly(expected, within(1e-4f));
    }
  }
}
