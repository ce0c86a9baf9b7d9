package org.mycoswarm.sharding.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.sharding.graph.LlamaWriter.Layout;

/// Files with bytes that are not what they were: read, or refused in words, and never anything
/// else. `-Dbent.models=N` tries more.
class BentModelTest {
  private static final int ROUNDS = Integer.getInteger("bent.models", 600);
  private static final LlamaShape SHAPE = new LlamaShape(64, 32, 2, 4, 2, 48, 64, 1e-5f, 10_000f);

  @TempDir private Path folder;

  @Test
  void a_bent_model_is_read_or_refused() throws IOException {
    LlamaWriter writer = new LlamaWriter(SHAPE, Layout.FUSED, LlamaWeights.random(5));
    writer.writeWithExternalData(folder);
    byte[] whole = Files.readAllBytes(folder.resolve(LlamaWriter.MODEL));
    long seed = Long.getLong("mycoswarm.seed", System.nanoTime());
    Random random = new Random(seed);
    int refused = 0;

    for (int round = 0; round < ROUNDS; round++) {
      byte[] bent = whole.clone();
      for (int bytes = 1 + random.nextInt(3); bytes > 0; bytes--) {
        bent[random.nextInt(bent.length)] = (byte) random.nextInt();
      }
      Files.write(folder.resolve("bent.onnx"), bent);
      refused += isRefused("seed %d, round %d".formatted(seed, round)) ? 1 : 0;
    }

    assertThat(refused).as("seed %d", seed).isBetween(ROUNDS / 10, ROUNDS);
  }

  private boolean isRefused(String what) {
    try {
      GraphCutter cutter = new GraphCutter(OnnxModel.read(folder, "bent.onnx"));
      List<Cut> cuts = cutter.cuts();
      cutter.split(cuts.subList(0, Math.min(1, cuts.size())));
      return false;
    } catch (ModelRefused e) {
      assertThat(e.getMessage()).as(what).isNotBlank();
      return true;
    } catch (RuntimeException e) {
      throw new AssertionError(what, e);
    }
  }
}
