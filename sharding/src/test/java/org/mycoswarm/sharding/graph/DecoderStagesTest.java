package org.mycoswarm.sharding.graph;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mycoswarm.sharding.frame.Tensor;
import org.mycoswarm.sharding.graph.LlamaWriter.Layout;

/// A decoder in stages says bit for bit what the whole says; and what would be a fault is one.
class DecoderStagesTest {
  private static final LlamaShape SHAPE =
      new LlamaShape(256, 64, 6, 4, 2, 176, 128, 1e-5f, 10_000f);
  private static final long[] PROMPT = {17, 3, 250, 99, 4, 42, 128, 7, 7, 31, 200};
  private static final int TOKENS = 12;

  @TempDir private static Path home;

  @BeforeAll
  static void write() throws IOException {
    for (Layout layout : Layout.values()) {
      Path folder = Files.createDirectories(home.resolve(layout.name()));
      new LlamaWriter(SHAPE, layout, LlamaWeights.random(11)).writeWithExternalData(folder);
    }
  }

  @ParameterizedTest
  @EnumSource
  void in_any_number_of_stages_cut_at_random_it_says_what_the_whole_says(Layout layout)
      throws Exception {
    GraphCutter cutter = cutter(layout);
    List<float[]> whole = generate(cutter, List.of(), layout);
    long seed = System.nanoTime();
    Random random = new Random(seed);

    for (int stages = 2; stages <= SHAPE.layers(); stages++) {
      List<Cut> at = some(cutter.cuts(2), stages - 1, random);
      List<float[]> cut = generate(cutter, at, layout);
      assertThat(difference(whole, cut)).as("seed %d, cuts %s", seed, at).isEqualTo(0.0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void cut_at_the_end_of_every_layer_it_says_what_the_whole_says(Layout layout) throws Exception {
    GraphCutter cutter = cutter(layout);
    List<Cut> ends = ends(cutter);

    assertThat(ends).hasSize(SHAPE.layers());
    assertThat(difference(generate(cutter, List.of(), layout), generate(cutter, ends, layout)))
        .isEqualTo(0.0);
  }

  @Test
  void both_layouts_are_the_same_network() throws Exception {
    List<float[]> plain = generate(cutter(Layout.PLAIN), List.of(), Layout.PLAIN);
    List<float[]> fused = generate(cutter(Layout.FUSED), List.of(), Layout.FUSED);

    assertThat(difference(plain, fused)).isLessThan(1e-4);
  }

  @Test
  void with_its_cache_it_says_what_it_says_of_the_whole_text_without() throws Exception {
    GraphCutter cutter = cutter(Layout.PLAIN);
    List<float[]> cached = generate(cutter, ends(cutter), Layout.PLAIN);
    long[] text = new long[PROMPT.length + TOKENS];
    System.arraycopy(PROMPT, 0, text, 0, PROMPT.length);
    try (Pipeline whole = Pipeline.of(cutter, List.of(), home.resolve("PLAIN"))) {
      for (int i = 0; i < TOKENS; i++) {
        long[] prefix = Arrays.copyOf(text, PROMPT.length + i);

        float[] logits = last(whole.step(0, prefix));

        whole.forget();
        assertThat(difference(logits, cached.get(i))).isLessThan(1e-4);
        text[PROMPT.length + i] = best(logits);
      }
    }
  }

  @Test
  void a_wrong_mask_in_one_stage_is_noticed() throws Exception {
    try (Pipeline pipeline = inTwo()) {
      float[] right = pipeline.step(0, PROMPT);
      pipeline.forget();
      Map<String, Tensor> controls = Pipeline.controls(0, PROMPT);
      List<Tensor> crossing = pipeline.stages().get(0).step(controls, List.of());
      controls.put("attention_mask", Pipeline.mask(1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1));

      List<Tensor> wrong = pipeline.stages().get(1).step(controls, crossing);

      assertThat(difference(right, wrong.getFirst().floats())).isGreaterThan(1e-3);
    }
  }

  @Test
  void stages_in_the_wrong_order_are_noticed() throws Exception {
    GraphCutter cutter = cutter(Layout.PLAIN);
    try (Pipeline pipeline = Pipeline.of(cutter, ends(cutter), home.resolve("PLAIN"))) {
      float[] right = pipeline.step(0, PROMPT);
      pipeline.forget();
      Collections.swap(pipeline.stages(), 2, 3);

      assertThat(difference(right, pipeline.step(0, PROMPT))).isGreaterThan(1e-3);
    }
  }

  @Test
  void a_cache_left_over_from_another_sequence_is_noticed() throws Exception {
    try (Pipeline pipeline = inTwo()) {
      pipeline.step(0, PROMPT);
      float[] right = pipeline.step(PROMPT.length, 5);
      pipeline.forget();
      long[] other = PROMPT.clone();
      other[0] = 1;
      pipeline.step(0, other);

      assertThat(difference(right, pipeline.step(PROMPT.length, 5))).isGreaterThan(1e-3);
    }
  }

  @Test
  void a_step_that_a_stage_never_got_is_noticed() throws Exception {
    try (Pipeline pipeline = inTwo()) {
      pipeline.step(0, PROMPT);
      pipeline.step(PROMPT.length, 5);
      float[] right = pipeline.step(PROMPT.length + 1, 6);
      pipeline.forget();
      pipeline.step(0, PROMPT);

      float[] dropped = pipeline.step(PROMPT.length, 6);

      assertThat(difference(right, dropped)).isGreaterThan(1e-3);
    }
  }

  private static Pipeline inTwo() throws Exception {
    GraphCutter cutter = cutter(Layout.PLAIN);
    return Pipeline.of(cutter, List.of(ends(cutter).get(2)), home.resolve("PLAIN"));
  }

  private static GraphCutter cutter(Layout layout) {
    return new GraphCutter(OnnxModel.read(home.resolve(layout.name()), LlamaWriter.MODEL));
  }

  /// The cuts after the last tensor of each layer, however the layout names it.
  private static List<Cut> ends(GraphCutter cutter) {
    return cutter.cuts().stream()
        .filter(cut -> cut.tensors().getLast().matches(".*[0-9][.](residual|mlp[.]down_proj)"))
        .toList();
  }

  private static List<Cut> some(List<Cut> cuts, int count, Random random) {
    List<Cut> mixed = new ArrayList<>(cuts);
    Collections.shuffle(mixed, random);
    return mixed.subList(0, count).stream().sorted(Comparator.comparingInt(Cut::place)).toList();
  }

  /// The logits after the prompt and after each greedily chosen token.
  private static List<float[]> generate(GraphCutter cutter, List<Cut> at, Layout layout)
      throws OrtException, IOException {
    List<float[]> said = new ArrayList<>();
    try (Pipeline pipeline = Pipeline.of(cutter, at, home.resolve(layout.name()))) {
      int position = 0;
      long[] ids = PROMPT;
      for (int i = 0; i < TOKENS; i++) {
        float[] logits = last(pipeline.step(position, ids));
        said.add(logits);
        position += ids.length;
        ids = new long[] {best(logits)};
      }
    }
    return said;
  }

  private static float[] last(float[] logits) {
    return Arrays.copyOfRange(logits, logits.length - SHAPE.vocabulary(), logits.length);
  }

  private static long best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  private static double difference(List<float[]> a, List<float[]> b) {
    double most = 0;
    for (int i = 0; i < a.size(); i++) {
      most = Math.max(most, difference(a.get(i), b.get(i)));
    }
    return most;
  }

  private static double difference(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs((double) a[i] - b[i]));
      assertThat(a[i]).isFinite();
    }
    return most;
  }
}
