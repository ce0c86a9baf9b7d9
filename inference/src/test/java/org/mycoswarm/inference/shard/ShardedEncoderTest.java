package org.mycoswarm.inference.shard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.sharding.frame.Tensor;
import org.mycoswarm.sharding.graph.GraphCutter;

/// A real encoder in stages gives what it gives whole.
class ShardedEncoderTest {
  private static final long[] IDS =
      LongStream.concat(
              LongStream.of(101),
              LongStream.concat(LongStream.range(2_000, 2_040), LongStream.of(102)))
          .toArray();

  private static final Path FOLDER = Path.of("target/models/all-minilm-l6-v2");

  private final GraphCutter cutter = LocalPipeline.cutter(FOLDER);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6})
  void sharded_is_whole_to_the_last_bit(int stages) throws Exception {
    try (OnnxRuntime runtime = OnnxRuntime.start();
        LocalPipeline whole = LocalPipeline.open(runtime, FOLDER, cutter, List.of(), 0);
        LocalPipeline cut =
            LocalPipeline.open(
                runtime, FOLDER, cutter, ShardedDecoderTest.cuts(cutter, stages), 0)) {
      Tensor expected = whole.forward(IDS).get(0);

      assertThat(cut.stages()).isEqualTo(stages);
      assertThat(cut.forward(IDS).get(0).floats()).isEqualTo(expected.floats());
    }
  }

  @Test
  void another_text_shows() throws Exception {
    long[] other = IDS.clone();
    other[7]++;
    try (OnnxRuntime runtime = OnnxRuntime.start();
        LocalPipeline cut =
            LocalPipeline.open(runtime, FOLDER, cutter, ShardedDecoderTest.cuts(cutter, 2), 0)) {
      float[] one = cut.forward(IDS).get(0).floats();

      assertThat(cut.forward(other).get(0).floats()).isNotEqualTo(one);
    }
  }
}
