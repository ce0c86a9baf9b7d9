package org.mycoswarm.node.capability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.inference.shard.StageRefused;
import org.mycoswarm.inference.shard.StageRunner;
import org.mycoswarm.inference.shard.StageSpec;
import org.mycoswarm.inference.shard.WeightFile;
import org.mycoswarm.node.ModelShelf;
import org.mycoswarm.node.work.ShardForwardExecutor;
import org.mycoswarm.schema.wire.CapabilityView;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWeights;
import org.mycoswarm.sharding.graph.LlamaWriter;
import org.mycoswarm.sharding.graph.OnnxModel;
import org.mycoswarm.sharding.graph.StageGraph;
import org.mycoswarm.sharding.graph.WeightRange;

/// Proves by a real decoder layer that this node can be a stage, and how many bytes of weights a
/// second it gets through when it makes one token after the other: that is what bounds a stage, and
/// it is the same for all models. What was measured once is looked up.
///
/// @param home where the layer lies for as long as it takes
/// @param threads that compute a step
/// @param stopping asked between tokens, so that a node that ends does not wait for this
record StageRateProbe(
    ModelShelf shelf, RateBook book, Path home, int threads, BooleanSupplier stopping)
    implements Probe {
  static final String UNIT = "bytes";

  /// 45 MB of weights: more than most caches hold, as with every model worth cutting.
  private static final LlamaShape LAYER =
      new LlamaShape(256, 1_024, 1, 16, 4, 2_816, 64, 1e-5f, 10_000f);

  private static final String LOOKED_UP = "model.embed_tokens.weight";
  private static final int WARM_UP_TOKENS = 3;
  private static final long MEASURE_NANOS = 250_000_000;

  @Override
  public String name() {
    return "stages";
  }

  @Override
  public Finding probe() throws IOException {
    try {
      OnnxRuntime runtime = shelf.runtime();
      String device = runtime.device().name();
      String key = "%s %s %d threads".formatted(ShardForwardExecutor.KIND, device, threads);
      OptionalDouble known = book.rate(key);
      double rate = known.isPresent() ? known.getAsDouble() : measure(runtime);
      if (known.isEmpty() && !stopping.getAsBoolean()) {
        book.write(key, rate);
      }
      CapabilityView stage =
          new CapabilityView(ShardForwardExecutor.KIND, null, null, device, rate, UNIT);
      return new Finding(Map.of(), List.of(stage), List.of());
    } catch (ModelFailure | StageRefused e) {
      return Finding.missing("stages of models", String.valueOf(e.getMessage()));
    }
  }

  private double measure(OnnxRuntime runtime) throws IOException, StageRefused {
    Path folder = Files.createTempDirectory(home, ".layer");
    try {
      new LlamaWriter(LAYER, LlamaWriter.Layout.PLAIN, LlamaWeights.random(1))
          .writeWithExternalData(folder);
      GraphCutter whole = new GraphCutter(OnnxModel.read(folder, LlamaWriter.MODEL));
      StageGraph layer = whole.split(List.of()).getFirst();
      Path graph = Files.write(folder.resolve("stage.onnx"), layer.graph());
      List<WeightFile> weights =
          layer.weights().stream().map(weight -> file(folder, weight)).toList();
      StageSpec spec = new StageSpec(graph, weights, Long.MAX_VALUE, LAYER.contextMax(), threads);
      try (StageRunner runner = StageRunner.open(runtime, spec)) {
        return Math.rint(readBytes(layer) * tokensPerSecond(runner));
      }
    } finally {
      delete(folder);
    }
  }

  private static WeightFile file(Path folder, WeightRange weight) {
    return new WeightFile(
        weight.name(),
        weight.type(),
        weight.shape(),
        folder.resolve(weight.file()),
        weight.offset());
  }

  /// What each token has to go through.
  private static long readBytes(StageGraph layer) {
    return layer.weights().stream()
        .filter(weight -> !weight.name().equals(LOOKED_UP))
        .mapToLong(WeightRange::bytes)
        .sum();
  }

  private double tokensPerSecond(StageRunner runner) throws StageRefused {
    tokens(runner, WARM_UP_TOKENS);
    long start = System.nanoTime();
    int tokens = 0;
    long nanos = 0;
    while (nanos < MEASURE_NANOS && !stopping.getAsBoolean()) {
      tokens += tokens(runner, 8);
      nanos = System.nanoTime() - start;
    }
    return nanos == 0 ? 0 : tokens * 1e9 / nanos;
  }

  private static int tokens(StageRunner runner, int count) throws StageRefused {
    runner.open("measured", LAYER.contextMax());
    for (int position = 0; position < count; position++) {
      runner.step("measured", position, new long[] {position}, List.of());
    }
    return count;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
