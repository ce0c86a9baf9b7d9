package org.mycoswarm.inference.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.Embedder;
import org.mycoswarm.inference.ModelStore;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.frame.Tensor;

/// A whole encoder is a stage like another; and what is no stage is refused in a sentence.
class WholeEncoderTest {
  private static final Path MODELS = Path.of("target", "models");
  private static OnnxRuntime runtime;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    runtime = OnnxRuntime.start();
  }

  @AfterAll
  static void stop() {
    runtime.close();
  }

  @Test
  void computes_what_the_embedder_computes() throws Exception {
    try (Embedder embedder =
            runtime.embedder(ModelStore.open(MODELS).byName("all-minilm-l6-v2").orElseThrow());
        StageRunner stage = StageRunner.open(runtime, whole())) {
      long[] ids = embedder.ids("The mycelium joins the trees of a forest.");

      List<Tensor> out = stage.forward(ids, List.of());

      assertThat(stage.inputs()).isEmpty();
      assertThat(stage.cacheBytesPerToken()).isZero();
      Tensor rows = out.get(0);
      assertThat(rows.shape()).containsExactly(1L, (long) ids.length, 384L);
      float[] pooled = normalizedMean(rows.floats(), ids.length);
      float[] embedded = embedder.embedIds(ids);
      for (int i = 0; i < pooled.length; i++) {
        assertThat(pooled[i]).isCloseTo(embedded[i], within(1e-6f));
      }
    }
  }

  @Test
  void tokens_of_another_vocabulary_are_refused_and_the_stage_goes_on() throws Exception {
    try (StageRunner stage = StageRunner.open(runtime, whole())) {
      assertThatThrownBy(() -> stage.forward(new long[] {101, 999_999, 102}, List.of()))
          .isInstanceOf(StageRefused.class)
          .hasMessage(
              "Expected tokens of this model's vocabulary, but one of [101, 999999, 102] is none;"
                  + " nothing is computed");
      assertThat(stage.forward(new long[] {101, 102}, List.of())).hasSize(1);
    }
  }

  @Test
  void tensors_that_nobody_asked_for_are_refused() throws Exception {
    try (StageRunner stage = StageRunner.open(runtime, whole())) {
      assertThatThrownBy(
              () -> stage.forward(new long[] {101}, List.of(Tensor.ofFloats("x", List.of(1L), 1f))))
          .hasMessage(
              "Expected the tensors [] from the stage before, but [x] came; nothing is computed");
      assertThatThrownBy(() -> stage.forward(new long[600], List.of()))
          .hasMessage("Expected 1 to 512 tokens, but there are 600; nothing is computed");
    }
  }

  @Test
  void a_file_that_is_cut_off_is_refused_when_it_is_loaded() throws Exception {
    byte[] bytes = Files.readAllBytes(MODELS.resolve("all-minilm-l6-v2-int8/model.onnx"));
    Path cutOff = folder.resolve("cut-off.onnx");
    Files.write(cutOff, Arrays.copyOf(bytes, bytes.length / 2));

    assertThatThrownBy(() -> StageRunner.open(runtime, spec(cutOff, List.of())))
        .isInstanceOf(StageRefused.class)
        .hasMessageStartingWith("Expected ONNX Runtime to load the graph 'cut-off.onnx', but: ")
        .hasMessageEndingWith("; the stage is not loaded");
  }

  @Test
  void weights_that_are_not_all_there_are_refused_when_they_are_mapped() throws Exception {
    Path file = Files.write(folder.resolve("w"), new byte[10]);
    WeightFile weight = new WeightFile("w", ElementType.FLOAT, List.of(4L), file, 0);

    assertThatThrownBy(() -> StageRunner.open(runtime, spec(whole().graph(), List.of(weight))))
        .hasMessage(
            "Expected the weight 'w' at bytes 0 to 16 of 'w', but the file ends at 10; the stage is"
                + " not loaded");
  }

  private static StageSpec whole() {
    return spec(MODELS.resolve("all-minilm-l6-v2/model.onnx"), List.of());
  }

  private static StageSpec spec(Path graph, List<WeightFile> weights) {
    return new StageSpec(graph, weights, 0, 512, 1);
  }

  private static float[] normalizedMean(float[] rows, int tokens) {
    float[] mean = new float[rows.length / tokens];
    for (int i = 0; i < rows.length; i++) {
      mean[i % mean.length] += rows[i] / tokens;
    }
    double length = 0;
    for (float value : mean) {
      length += value * value;
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= (float) Math.sqrt(length);
    }
    return mean;
  }
}
