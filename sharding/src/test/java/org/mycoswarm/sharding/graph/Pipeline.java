package org.mycoswarm.sharding.graph;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.mycoswarm.sharding.frame.Frame;
import org.mycoswarm.sharding.frame.Tensor;

/// The stages of one model in a row, in one process; what crosses a cut goes through a frame's
/// bytes.
final class Pipeline implements AutoCloseable {
  private final List<LoadedStage> stages;

  private Pipeline(List<LoadedStage> stages) {
    this.stages = stages;
  }

  static Pipeline of(GraphCutter cutter, List<Cut> at, Path folder)
      throws OrtException, IOException {
    List<LoadedStage> loaded = new ArrayList<>();
    for (StageGraph stage : cutter.split(at)) {
      loaded.add(new LoadedStage(stage, folder));
    }
    return new Pipeline(loaded);
  }

  List<LoadedStage> stages() {
    return stages;
  }

  /// One step of a decoder.
  float[] step(int position, long... ids) throws OrtException {
    return run(controls(position, ids)).getFirst().floats();
  }

  List<Tensor> run(Map<String, Tensor> controls) throws OrtException {
    List<Tensor> crossing = List.of();
    for (LoadedStage stage : stages) {
      crossing = Frame.decode(new Frame("", crossing).encode()).tensors();
      crossing = stage.step(controls, crossing);
    }
    return crossing;
  }

  void forget() {
    stages.forEach(LoadedStage::forget);
  }

  @Override
  public void close() throws OrtException {
    for (LoadedStage stage : stages) {
      stage.close();
    }
  }

  /// What every stage makes of ids and position: nothing is padded.
  static Map<String, Tensor> controls(int position, long... ids) {
    List<Long> shape = List.of(1L, (long) ids.length);
    long total = (long) position + ids.length;
    Map<String, Tensor> controls = new HashMap<>();
    controls.put("input_ids", Tensor.ofLongs("input_ids", shape, ids));
    controls.put("token_type_ids", Tensor.ofLongs("token_type_ids", shape, new long[ids.length]));
    controls.put(
        "position_ids",
        Tensor.ofLongs("position_ids", shape, LongStream.range(position, total).toArray()));
    controls.put("attention_mask", mask(LongStream.range(0, total).map(_ -> 1).toArray()));
    return controls;
  }

  static Tensor mask(long... values) {
    return Tensor.ofLongs("attention_mask", List.of(1L, (long) values.length), values);
  }
}
