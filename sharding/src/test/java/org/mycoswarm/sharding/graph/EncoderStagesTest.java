package org.mycoswarm.sharding.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.mycoswarm.sharding.frame.Tensor;

/// A real encoder, whose weights lie inside its ONNX file and whose layers we do not name.
class EncoderStagesTest {
  private static final Path FOLDER = Path.of("target", "models", "all-minilm-l6-v2");
  private static final int LAYERS = 6;
  private static final Map<String, Tensor> TEXT =
      Pipeline.controls(0, 101, 1996, 17847, 1997, 1996, 19888, 2003, 2307, 1012, 102);

  /// The same model in 8 bits; its runtime operators are others.
  private static final Path INT8 = Path.of("target", "models", "all-minilm-l6-v2-int8");

  private static GraphCutter cutter;

  @BeforeAll
  static void read() {
    cutter = new GraphCutter(OnnxModel.read(FOLDER, "model.onnx"));
  }

  @Test
  void in_any_number_of_stages_cut_at_random_it_says_what_the_whole_says() throws Exception {
    float[] whole = run(List.of());
    long seed = System.nanoTime();
    Random random = new Random(seed);

    for (int stages = 2; stages <= LAYERS; stages++) {
      List<Cut> at = new ArrayList<>(cutter.cuts());
      Collections.shuffle(at, random);
      at = at.subList(0, stages - 1).stream().sorted(Comparator.comparingInt(Cut::place)).toList();

      assertThat(run(at)).as("seed %d, cuts %s", seed, at).containsExactly(whole);
    }
  }

  @Test
  void in_eight_bits_too() throws Exception {
    GraphCutter eight = new GraphCutter(OnnxModel.read(INT8, "model.onnx"));
    List<Cut> cuts = eight.cuts();

    float[] whole = run(eight, List.of(), INT8);

    assertThat(cuts).hasSizeGreaterThan(2 * LAYERS);
    assertThat(run(eight, List.of(cuts.get(7)), INT8)).containsExactly(whole);
    assertThat(run(eight, cuts, INT8)).containsExactly(whole);
  }

  @Test
  void the_weights_of_its_stages_are_parts_of_the_whole_and_no_two_have_a_large_one_in_common() {
    List<Cut> at = cutter.cuts().stream().filter(cut -> cut.place() % 3 == 0).toList();
    Set<WeightRange> together = new HashSet<>();
    long bytes = 0;

    for (StageGraph stage : cutter.split(at)) {
      together.addAll(stage.weights());
      bytes += stage.weightBytes();
    }

    assertThat(at).hasSizeGreaterThan(LAYERS);
    assertThat(together).containsExactlyInAnyOrderElementsOf(cutter.model().weights());
    assertThat(bytes).isEqualTo(together.stream().mapToLong(WeightRange::bytes).sum());
  }

  @Test
  void what_a_cut_says_of_the_weights_before_it_is_what_the_stages_hold() {
    for (Cut cut : cutter.cuts()) {
      StageGraph first = cutter.split(List.of(cut)).getFirst();
      assertThat(first.weightBytes()).as(cut.toString()).isEqualTo(cut.weightBytesBefore());
      assertThat(first.outputs()).isEqualTo(cut.tensors());
    }
  }

  @Test
  void the_embedding_lies_in_the_first_stage_alone_and_costs_no_work() {
    Cut first = cutter.cuts().getFirst();
    Predicate<WeightRange> isEmbedding = weight -> weight.shape().contains(30_522L);

    List<StageGraph> stages = cutter.split(List.of(first));

    assertThat(stages.get(0).weights()).anyMatch(isEmbedding);
    assertThat(stages.get(1).weights()).noneMatch(isEmbedding);
    assertThat(first.workBytesBefore()).isLessThan(first.weightBytesBefore() / 100);
    assertThat(first.wireBytesPerToken()).isEqualTo(4 * 384);
  }

  @Test
  void a_stage_is_a_small_file() {
    for (StageGraph stage : cutter.split(List.of(cutter.cuts().get(20)))) {
      assertThat(stage.graph().length).isLessThan(500_000);
    }
  }

  @Test
  void a_wrong_mask_is_noticed() throws Exception {
    float[] right = run(List.of(cutter.cuts().get(10)));
    Map<String, Tensor> other = new HashMap<>(TEXT);
    other.put("attention_mask", Pipeline.mask(1, 1, 1, 1, 0, 0, 1, 1, 1, 1));
    try (Pipeline pipeline = Pipeline.of(cutter, List.of(cutter.cuts().get(10)), FOLDER)) {
      assertThat(pipeline.run(other).getFirst().floats()).isNotEqualTo(right);
    }
  }

  private static float[] run(List<Cut> at) throws Exception {
    return run(cutter, at, FOLDER);
  }

  private static float[] run(GraphCutter cutter, List<Cut> at, Path folder) throws Exception {
    try (Pipeline pipeline = Pipeline.of(cutter, at, folder)) {
      return pipeline.run(TEXT).getFirst().floats();
    }
  }
}
