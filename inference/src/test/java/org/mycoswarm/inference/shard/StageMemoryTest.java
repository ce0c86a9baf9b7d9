package org.mycoswarm.inference.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWeights;
import org.mycoswarm.sharding.graph.LlamaWriter;
import org.mycoswarm.sharding.graph.StageGraph;

/// A stage has its weights in memory once, as the file that they are mapped from.
class StageMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final LlamaShape SHAPE =
      new LlamaShape(256, 1_024, 4, 16, 4, 2_816, 64, 1e-5f, 10_000f);

  @TempDir Path folder;

  @Test
  void weights_are_mapped_and_never_copied() throws Exception {
    assumeTrue(Files.exists(STATUS), "only Linux tells what a process holds");
    new LlamaWriter(SHAPE, LlamaWriter.Layout.PLAIN, LlamaWeights.random(3))
        .writeWithExternalData(folder);
    GraphCutter cutter = LocalPipeline.cutter(folder);
    StageGraph whole = cutter.split(List.of()).getFirst();
    try (OnnxRuntime runtime = OnnxRuntime.start()) {
      long _ = grownBy(runtime, whole); // by what the JVM itself takes the first time, too

      assertThat(whole.weightBytes()).isGreaterThan(170_000_000);
      // A copy would be all of them, beside 60 to 120 MB by which the JVM's own memory comes and
      // goes.
      assertThat(grownBy(runtime, whole)).isLessThan(whole.weightBytes() * 6 / 5);
    }
  }

  private long grownBy(OnnxRuntime runtime, StageGraph whole) throws Exception {
    long before = ownBytes();
    try (StageRunner stage =
        StageRunner.open(runtime, LocalPipeline.spec(folder, whole, 1 << 24))) {
      stage.open("s", 64);
      stage.step("s", 0, new long[] {1, 2, 3}, List.of());
      return ownBytes() - before;
    }
  }

  /// What is in memory and is no file.
  private static long ownBytes() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .sum();
  }
}
