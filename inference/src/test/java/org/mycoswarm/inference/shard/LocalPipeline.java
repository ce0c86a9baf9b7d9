package org.mycoswarm.inference.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.inference.OnnxRuntime;
import org.mycoswarm.sharding.frame.Tensor;
import org.mycoswarm.sharding.graph.Cut;
import org.mycoswarm.sharding.graph.GraphCutter;
import org.mycoswarm.sharding.graph.OnnxModel;
import org.mycoswarm.sharding.graph.StageGraph;

/// All stages of a model in one process, each with what came to it, as the broker keeps it.
final class LocalPipeline implements AutoCloseable {
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Step(long position, long[] ids, List<Tensor> in) {}

  private final OnnxRuntime runtime;
  private final List<StageSpec> specs;
  private final List<StageRunner> stages = new ArrayList<>();
  private final List<List<Step>> sent = new ArrayList<>();

  private LocalPipeline(OnnxRuntime runtime, List<StageSpec> specs) throws StageRefused {
    this.runtime = runtime;
    this.specs = specs;
    for (StageSpec spec : specs) {
      stages.add(StageRunner.open(runtime, spec));
      sent.add(new ArrayList<>());
    }
  }

  static GraphCutter cutter(Path folder) {
    return new GraphCutter(OnnxModel.read(folder, "model.onnx"));
  }

  /// @param at some of the cuts, in order
  static LocalPipeline open(
      OnnxRuntime runtime, Path folder, GraphCutter cutter, List<Cut> at, long kvBytesMax)
      throws StageRefused {
    List<StageSpec> specs = new ArrayList<>();
    for (StageGraph stage : cutter.split(at)) {
      specs.add(spec(folder, stage, kvBytesMax));
    }
    return new LocalPipeline(runtime, specs);
  }

  static StageSpec spec(Path folder, StageGraph stage, long kvBytesMax) {
    try {
      Path graph = Files.createTempFile("stage", ".onnx");
      Files.write(graph, stage.graph());
      List<WeightFile> weights =
          stage.weights().stream()
              .map(
                  w ->
                      new WeightFile(
                          w.name(), w.type(), w.shape(), folder.resolve(w.file()), w.offset()))
              .toList();
      return new StageSpec(graph, weights, kvBytesMax, 512, 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StageRunner stage(int index) {
    return stages.get(index);
  }

  int stages() {
    return stages.size();
  }

  void open(String session, int tokensMax) throws StageRefused {
    for (StageRunner stage : stages) {
      stage.open(session, tokensMax);
    }
  }

  /// What leaves the last stage.
  List<Tensor> step(String session, long position, long... ids) throws StageRefused {
    List<Tensor> tensors = List.of();
    for (int k = 0; k < stages.size(); k++) {
      sent.get(k).add(new Step(position, ids, tensors));
      tensors = stages.get(k).step(session, position, ids, tensors);
    }
    return tensors;
  }

  List<Tensor> forward(long... ids) throws StageRefused {
    List<Tensor> tensors = List.of();
    for (StageRunner stage : stages) {
      tensors = stage.forward(ids, tensors);
    }
    return tensors;
  }

  /// Another node takes over: a fresh stage, and the steps of the session once more.
  void replace(int index, String session, int tokensMax) throws StageRefused {
    stages.get(index).close();
    StageRunner fresh = StageRunner.open(runtime, specs.get(index));
    stages.set(index, fresh);
    fresh.open(session, tokensMax);
    for (Step step : sent.get(index)) {
      fresh.step(session, step.position(), step.ids(), step.in());
    }
  }

  @Override
  public void close() {
    stages.forEach(StageRunner::close);
    try {
      for (StageSpec spec : specs) {
        Files.deleteIfExists(spec.graph());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
