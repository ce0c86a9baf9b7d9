package org.mycoswarm.inference.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.sharding.frame.Tensor;
import org.mycoswarm.sharding.graph.Cut;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.LlamaWriter;

/// On trained weights: the cache is right, sharded equals whole to the last bit, and nothing is
/// lost when a stage is.
class ShardedDecoderTest {
  private static final long ROOM = 64L << 20;
  private static final int PROMPT = 12;
  private static final int ANSWER = 40;

  @TempDir static Path folder;

  private static OnnxRuntime runtime;
  private static GraphCutter cutter;
  private static KjvTiny.Oracle oracle;
  private static long[] prompt;

  /// What the whole model answers greedily, with its scores.
  private static float[][] wholeScores;

  @BeforeAll
  static void start() throws Exception {
    runtime = OnnxRuntime.start();
    KjvTiny.write(folder, LlamaWriter.Layout.PLAIN);
    cutter = LocalPipeline.cutter(folder);
    oracle = KjvTiny.oracle();
    prompt = Arrays.copyOf(oracle.ids(), PROMPT);
    try (LocalPipeline whole = pipeline(List.of())) {
      wholeScores = generate(whole, Sampler.GREEDY);
    }
  }

  @AfterAll
  static void stop() {
    runtime.close();
  }

  @ParameterizedTest
  @EnumSource
  void scores_are_those_of_the_reference(LlamaWriter.Layout layout, @TempDir Path other)
      throws Exception {
    KjvTiny.write(other, layout);
    GraphCutter mine = LocalPipeline.cutter(other);
    float worst = 0;

    try (LocalPipeline whole = LocalPipeline.open(runtime, other, mine, List.of(), ROOM)) {
      whole.open("s", oracle.ids().length);
      for (int i = 0; i < oracle.ids().length; i++) {
        float[] scores = scores(whole.step("s", i, oracle.ids()[i]));
        worst = Math.max(worst, difference(scores, oracle.scores()[i]));
      }
    }

    assertThat(worst).isLessThanOrEqualTo(1e-4f);
  }

  @Test
  void every_token_is_the_same_without_the_cache() throws Exception {
    long[] text = prompt;
    try (LocalPipeline whole = pipeline(List.of())) {
      for (float[] cached : wholeScores) {
        whole.open("anew", 512);
        float[] scores = scores(whole.step("anew", 0, text));

        assertThat(difference(scores, cached)).isLessThanOrEqualTo(1e-4f);
        int token = Sampler.GREEDY.next(scores, text.length);
        assertThat(token).isEqualTo(Sampler.GREEDY.next(cached, text.length));
        text = with(text, token);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void sharded_is_whole_to_the_last_bit(int stages) throws Exception {
    try (LocalPipeline cut = pipeline(cuts(cutter, stages))) {
      float[][] scores = generate(cut, Sampler.GREEDY);

      for (int i = 0; i < ANSWER; i++) {
        assertThat(difference(scores[i], wholeScores[i])).isEqualTo(0f);
      }
    }
  }

  @Test
  void sharded_is_whole_where_two_tensors_cross_and_tokens_are_drawn(@TempDir Path other)
      throws Exception {
    KjvTiny.write(other, LlamaWriter.Layout.FUSED);
    GraphCutter mine = LocalPipeline.cutter(other);
    Sampler sampler = new Sampler(0.9, 40, 0.95, 7);

    try (LocalPipeline whole = LocalPipeline.open(runtime, other, mine, List.of(), ROOM);
        LocalPipeline cut = LocalPipeline.open(runtime, other, mine, cuts(mine, 3), ROOM)) {
      assertThat(generate(cut, sampler)).isDeepEqualTo(generate(whole, sampler));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void a_lost_stage_is_replayed_step_by_step_to_the_last_bit(int lost) throws Exception {
    try (LocalPipeline cut = pipeline(cuts(cutter, 3))) {
      cut.open("s", 512);
      long position = 0;
      long[] ids = prompt;
      for (int i = 0; i < ANSWER; i++) {
        if (i == ANSWER / 2) {
          cut.replace(lost, "s", 512);
        }
        float[] scores = scores(cut.step("s", position, ids));
        assertThat(difference(scores, wholeScores[i])).isEqualTo(0f);
        position += ids.length;
        ids = new long[] {Sampler.GREEDY.next(scores, position)};
      }
    }
  }

  @Test
  void the_last_step_is_answered_again_without_computing() throws Exception {
    try (LocalPipeline whole = pipeline(List.of())) {
      whole.open("s", 512);
      StageRunner stage = whole.stage(0);
      stage.step("s", 0, prompt, List.of());
      List<Tensor> once = stage.step("s", PROMPT, new long[] {65}, List.of());

      assertThat(stage.step("s", PROMPT, new long[] {65}, List.of())).isSameAs(once);
      assertThatThrownBy(() -> stage.step("s", PROMPT, new long[] {66}, List.of()))
          .isInstanceOf(StageRefused.class)
          .hasMessage(
              "Expected position 13 of the session 's', but the step begins at 12; nothing is"
                  + " computed")
          .extracting(e -> ((StageRefused) e).code())
          .isEqualTo(409);
    }
  }

  @Test
  void a_dropped_step_and_a_session_that_is_not_there_are_refused() throws Exception {
    try (LocalPipeline whole = pipeline(List.of())) {
      whole.open("s", 20);
      StageRunner stage = whole.stage(0);
      stage.step("s", 0, prompt, List.of());

      assertThatThrownBy(() -> stage.step("s", PROMPT + 1, new long[] {65}, List.of()))
          .hasMessageContaining("but the step begins at 13");
      assertThatThrownBy(() -> stage.step("s", PROMPT, new long[9], List.of()))
          .hasMessage(
              "Expected 1 to 8 more tokens in the session 's', but there are 9; nothing is computed");
      assertThatThrownBy(() -> stage.step("t", 0, prompt, List.of()))
          .hasMessage(
              "Expected the session 't' on this stage, but it is not open here; open it and replay"
                  + " its steps")
          .extracting(e -> ((StageRefused) e).code())
          .isEqualTo(404);
      stage.close("s");
      assertThatThrownBy(() -> stage.step("s", PROMPT, new long[] {65}, List.of()))
          .hasMessageContaining("it is not open here");
    }
  }

  @Test
  void the_cache_of_a_session_is_reserved_when_it_is_opened_or_refused_at_once() throws Exception {
    // 4 layers, keys and values, 4 heads of 16 floats.
    long bytesPerToken = 4 * 2 * 4 * 16 * 4;
    try (LocalPipeline whole =
        LocalPipeline.open(runtime, folder, cutter, List.of(), 250 * bytesPerToken)) {
      StageRunner stage = whole.stage(0);
      assertThat(stage.cacheBytesPerToken()).isEqualTo(bytesPerToken);
      stage.open("a", 100);

      assertThatThrownBy(() -> stage.open("b", 51))
          .hasMessage(
              "Expected room for a cache of 104448 bytes (51 positions), but 102400 of 512000 bytes"
                  + " are free; the session 'b' is not begun")
          .extracting(e -> ((StageRefused) e).code())
          .isEqualTo(507);
      stage.open("b", 50);
      stage.close("a");
      stage.open("c", 100);
      assertThatThrownBy(() -> stage.open("d", 513))
          .hasMessage(
              "Expected a session of 1 to 512 positions, but 'd' asks for 513; it is not begun");
    }
  }

  @Test
  void the_cache_of_the_session_that_is_computed_has_room_twice() throws Exception {
    long bytesPerToken = 4 * 2 * 4 * 16 * 4;
    try (LocalPipeline whole =
        LocalPipeline.open(runtime, folder, cutter, List.of(), 199 * bytesPerToken)) {
      assertThatThrownBy(() -> whole.open("a", 100)).hasMessageContaining("202752 of 407552 bytes");
      whole.open("a", 99);
    }
  }

  @Test
  void sessions_that_nobody_asked_for_in_five_minutes_end_when_there_is_no_room() throws Exception {
    long bytesPerToken = 4 * 2 * 4 * 16 * 4;
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    StageSpec spec =
        LocalPipeline.spec(folder, cutter.split(List.of()).getFirst(), 350 * bytesPerToken);
    try (StageRunner stage = StageRunner.open(runtime, spec, now::get)) {
      stage.open("left", 100);
      stage.open("used", 100);
      now.set(Instant.EPOCH.plusSeconds(200));
      stage.step("used", 0, prompt, List.of());
      now.set(Instant.EPOCH.plusSeconds(300));
      assertThatThrownBy(() -> stage.open("new", 100)).isInstanceOf(StageRefused.class);

      now.set(Instant.EPOCH.plusSeconds(301));
      stage.open("new", 100);

      assertThat(stage.sessions()).containsExactlyInAnyOrder("used", "new");
    } finally {
      Files.delete(spec.graph());
    }
  }

  @Test
  void of_the_last_stage_only_the_last_position_leaves() throws Exception {
    StageSpec all = LocalPipeline.spec(folder, cutter.split(List.of()).getFirst(), ROOM);
    StageSpec last =
        new StageSpec(
            all.graph(), all.weights(), all.kvBytesMax(), all.contextMax(), all.threads(), true);
    try (StageRunner stage = StageRunner.open(runtime, last)) {
      stage.open("s", 512);

      Tensor scores = stage.step("s", 0, prompt, List.of()).getFirst();

      assertThat(scores.shape()).containsExactly(1L, 1L, (long) KjvTiny.SHAPE.vocabulary());
      assertThat(difference(scores.floats(), wholeScores[0])).isZero();
    } finally {
      Files.delete(all.graph());
    }
  }

  @Test
  void sessions_do_not_see_each_other() throws Exception {
    try (LocalPipeline cut = pipeline(cuts(cutter, 2))) {
      cut.open("mine", 512);
      cut.open("other", 512);
      cut.step("other", 0, 5, 6, 7);
      float[] first = scores(cut.step("mine", 0, prompt));
      cut.step("other", 3, 8);

      assertThat(difference(first, wholeScores[0])).isEqualTo(0f);
      long token = Sampler.GREEDY.next(first, PROMPT);
      assertThat(difference(scores(cut.step("mine", PROMPT, token)), wholeScores[1])).isZero();
    }
  }

  /// Would these tests notice? Each of these must differ.
  @Test
  void a_stale_cache_a_wrong_history_and_swapped_stages_show() throws Exception {
    long token = Sampler.GREEDY.next(wholeScores[0], PROMPT);
    try (LocalPipeline cut = pipeline(cuts(cutter, 4))) {
      cut.open("stale", 512);
      long[] wrong = prompt.clone();
      wrong[3]++;
      cut.step("stale", 0, wrong);
      assertThat(difference(scores(cut.step("stale", PROMPT, token)), wholeScores[1]))
          .isGreaterThan(1e-3f);

      assertThat(swapped(cut)).isGreaterThan(1e-3f);
    }
  }

  @Test
  void tensors_of_another_shape_or_name_are_refused_and_the_stage_goes_on() throws Exception {
    try (LocalPipeline cut = pipeline(cuts(cutter, 2))) {
      cut.open("s", 512);
      StageRunner second = cut.stage(1);
      String name = second.inputs().get(0);
      Tensor narrow = Tensor.ofFloats(name, List.of(1L, 1L, 2L), 1, 2);

      assertThatThrownBy(() -> second.step("s", 0, new long[] {5}, List.of(narrow)))
          .hasMessage(
              "Expected the tensor '%s' as FLOAT [-1, -1, 128], but it is FLOAT [1, 1, 2]; nothing"
                      .formatted(name)
                  + " is computed");
      assertThatThrownBy(() -> second.step("s", 0, new long[] {5}, List.of()))
          .hasMessage(
              "Expected the tensors [%s] from the stage before, but [] came; nothing is computed"
                  .formatted(name));
      assertThat(difference(scores(cut.step("s", 0, prompt)), wholeScores[0])).isZero();
    }
  }

  @Test
  void numbers_that_are_none_are_refused_and_the_stage_goes_on() throws Exception {
    try (LocalPipeline cut = pipeline(cuts(cutter, 2))) {
      cut.open("s", 512);
      StageRunner second = cut.stage(1);
      float[] broken = new float[128];
      broken[7] = Float.NaN;
      Tensor in = Tensor.ofFloats(second.inputs().get(0), List.of(1L, 1L, 128L), broken);

      assertThatThrownBy(() -> second.step("s", 0, new long[] {5}, List.of(in)))
          .hasMessage(
              "Expected numbers in 'logits', but the model computed NaN; the weights or what came"
                  + " in are broken")
          .extracting(e -> ((StageRefused) e).code())
          .isEqualTo(422);
      assertThat(difference(scores(cut.step("s", 0, prompt)), wholeScores[0])).isZero();
    }
  }

  /// The two middle stages, in the wrong order.
  private static float swapped(LocalPipeline cut) throws StageRefused {
    cut.open("swapped", 512);
    List<Tensor> tensors = List.of();
    for (int k : new int[] {0, 2, 1, 3}) {
      StageRunner stage = cut.stage(k);
      tensors = stage.step("swapped", 0, prompt, renamed(tensors, stage.inputs()));
    }
    return difference(scores(tensors), wholeScores[0]);
  }

  private static List<Tensor> renamed(List<Tensor> tensors, List<String> names) {
    return tensors.isEmpty()
        ? tensors
        : List.of(
            new Tensor(
                names.get(0),
                tensors.get(0).type(),
                tensors.get(0).shape(),
                tensors.get(0).data()));
  }

  private static LocalPipeline pipeline(List<Cut> at) throws StageRefused {
    return LocalPipeline.open(runtime, folder, cutter, at, ROOM);
  }

  /// Evenly spread.
  static List<Cut> cuts(GraphCutter cutter, int stages) {
    List<Cut> all = cutter.cuts();
    return IntStream.range(1, stages).mapToObj(k -> all.get(k * all.size() / stages)).toList();
  }

  /// The scores of each token of an answer.
  private static float[][] generate(LocalPipeline pipeline, Sampler sampler) throws StageRefused {
    pipeline.open("answer", PROMPT + ANSWER);
    float[][] all = new float[ANSWER][];
    long position = 0;
    long[] ids = prompt;
    for (int i = 0; i < ANSWER; i++) {
      all[i] = scores(pipeline.step("answer", position, ids));
      position += ids.length;
      ids = new long[] {sampler.next(all[i], position)};
    }
    return all;
  }

  /// After the last token.
  private static float[] scores(List<Tensor> out) {
    float[] all = out.get(0).floats();
    return Arrays.copyOfRange(all, all.length - KjvTiny.SHAPE.vocabulary(), all.length);
  }

  private static float difference(float[] one, float[] other) {
    float worst = 0;
    for (int i = 0; i < one.length; i++) {
      worst = Math.max(worst, Math.abs(one[i] - other[i]));
    }
    return worst;
  }

  private static long[] with(long[] ids, long next) {
    long[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = next;
    return longer;
  }
}
