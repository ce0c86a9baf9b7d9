package org.mycoswarm.sharding.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.sharding.graph.LlamaWriter.Layout;

/// A model's weights are neither loaded to write it, nor to read it, nor to cut it.
/// `-Dlarge.layers=60` makes one of more than 3 GB, beyond what one ONNX file can hold.
class LargeModelTest {
  private static final int LAYERS = Integer.getInteger("large.layers", 2);
  private static final LlamaShape SHAPE =
      new LlamaShape(4000, 1024, LAYERS, 8, 4, 3072, 256, 1e-5f, 10_000f);

  @TempDir private Path folder;

  @Test
  void a_model_of_any_size_is_written_read_cut_and_run_in_parts() throws Exception {
    LlamaWriter writer = new LlamaWriter(SHAPE, Layout.FUSED, LlamaWeights.random(3));
    long before = allocated();

    writer.writeWithExternalData(folder);
    OnnxModel model = OnnxModel.read(folder, LlamaWriter.MODEL);
    GraphCutter cutter = new GraphCutter(model);
    List<Cut> at = List.of(cutter.cuts().get(cutter.cuts().size() / 2));
    List<StageGraph> stages = cutter.split(at);

    assertThat(allocated() - before).isLessThan(40_000_000L + LAYERS * 20_000_000L / 3);
    long whole = writer.weightBytes();
    assertThat(model.weights().stream().mapToLong(WeightRange::bytes).sum()).isEqualTo(whole);
    assertThat(stages).allMatch(stage -> stage.weightBytes() < 0.7 * whole);
    assertThat(run(cutter, at)).containsExactly(run(cutter, cutter.cuts().subList(3, 5)));
  }

  private float[] run(GraphCutter cutter, List<Cut> at) throws Exception {
    List<Cut> cuts = new ArrayList<>(at);
    try (Pipeline pipeline = Pipeline.of(cutter, cuts, folder)) {
      return pipeline.step(0, 17, 3999, 250);
    }
  }

  private static long allocated() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
