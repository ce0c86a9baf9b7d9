package org.mycoswarm.inference.shard;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The weights of one stage, mapped from their files: they are in memory once, shared with the page
/// cache, and the system may drop them when it is short of it. To be kept open for as long as a
/// session uses them.
final class StageWeights implements AutoCloseable {
  private final Map<String, OnnxTensorLike> tensors = new HashMap<>();

  private StageWeights() {}

  static StageWeights map(OrtEnvironment environment, List<WeightFile> files)
      throws StageRefused, OrtException {
    StageWeights weights = new StageWeights();
    try {
      for (WeightFile file : files) {
        weights.tensors.put(file.name(), tensor(environment, file));
      }
      return weights;
    } catch (StageRefused | OrtException | RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  Map<String, OnnxTensorLike> tensors() {
    return tensors;
  }

  private static OnnxTensor tensor(OrtEnvironment environment, WeightFile weight)
      throws StageRefused, OrtException {
    if (weight.bytes() > Integer.MAX_VALUE) {
      throw new StageRefused(
          StageRefused.MODEL,
          "Expected weights of at most 2 GiB each, but '%s' has %d bytes; this model cannot be computed here"
              .formatted(weight.name(), weight.bytes()));
    }
    long[] shape = weight.shape().stream().mapToLong(dimension -> dimension).toArray();
    return OnnxTensor.createTensor(
        environment, bytes(weight), shape, StageTensors.ortType(weight.name(), weight.type()));
  }

  private static ByteBuffer bytes(WeightFile weight) throws StageRefused {
    try (FileChannel file = FileChannel.open(weight.file(), StandardOpenOption.READ)) {
      if (file.size() < weight.offset() + weight.bytes()) {
        throw new StageRefused(
            StageRefused.MODEL,
            "Expected the weight '%s' at bytes %d to %d of '%s', but the file ends at %d; the stage is not loaded"
                .formatted(
                    weight.name(),
                    weight.offset(),
                    weight.offset() + weight.bytes(),
                    weight.file().getFileName(),
                    file.size()));
      }
      return file.map(FileChannel.MapMode.READ_ONLY, weight.offset(), weight.bytes())
          .order(ByteOrder.nativeOrder());
    } catch (IOException e) {
      throw new StageRefused(
          StageRefused.MODEL,
          "Expected to read the weight '%s', but: %s; the stage is not loaded"
              .formatted(weight.name(), e),
          e);
    }
  }

  @Override
  public void close() {
    tensors.values().forEach(tensor -> ((OnnxTensor) tensor).close());
    tensors.clear();
  }
}
