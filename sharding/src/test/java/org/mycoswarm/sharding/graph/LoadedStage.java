package org.mycoswarm.sharding.graph;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.frame.Tensor;

/// One stage in ONNX Runtime, with its weights mapped from the model's files, and the cache of one
/// sequence. Simple on purpose: what the tests compare must be easy to believe.
final class LoadedStage implements AutoCloseable {
  static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

  private final StageGraph stage;
  private final OrtSession session;
  private final List<OnnxTensor> mapped = new ArrayList<>();
  private OrtSession.@Nullable Result cache;

  LoadedStage(StageGraph stage, Path folder) throws OrtException, IOException {
    this.stage = stage;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      Map<String, OnnxTensorLike> weights = new HashMap<>();
      for (WeightRange weight : stage.weights()) {
        OnnxTensor tensor = map(weight, folder.resolve(weight.file()));
        mapped.add(tensor);
        weights.put(weight.name(), tensor);
      }
      if (!weights.isEmpty()) {
        options.addExternalInitializers(weights);
      }
      session = ENVIRONMENT.createSession(stage.graph(), options);
    }
  }

  StageGraph graph() {
    return stage;
  }

  /// @param controls the stage's controls by name, and what came from the stage before
  List<Tensor> step(Map<String, Tensor> controls, List<Tensor> sent) throws OrtException {
    Map<String, OnnxTensor> feed = new HashMap<>();
    for (String control : stage.controls()) {
      feed.put(control, onnx(controls.get(control)));
    }
    for (int i = 0; i < sent.size(); i++) {
      feed.put(stage.inputs().get(i), onnx(sent.get(i)));
    }
    for (KvPair pair : stage.kvPairs()) {
      feed.put(pair.past(), past(pair));
    }
    OrtSession.Result result = session.run(feed);
    List<Tensor> leaving = new ArrayList<>();
    for (String output : stage.outputs()) {
      leaving.add(tensor(output, (OnnxTensor) result.get(output).orElseThrow()));
    }
    if (cache != null) {
      cache.close();
    }
    cache = result;
    return leaving;
  }

  void forget() {
    if (cache != null) {
      cache.close();
      cache = null;
    }
  }

  @Override
  public void close() throws OrtException {
    forget();
    session.close();
    mapped.forEach(OnnxTensor::close);
  }

  private OnnxTensor past(KvPair pair) throws OrtException {
    if (cache != null) {
      return (OnnxTensor) cache.get(pair.present()).orElseThrow();
    }
    return OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.allocate(0), shape(pair.shapeFor(0)));
  }

  private static OnnxTensor map(WeightRange weight, Path file) throws OrtException, IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer data =
          channel
              .map(FileChannel.MapMode.READ_ONLY, weight.offset(), weight.bytes())
              .order(ByteOrder.nativeOrder());
      return OnnxTensor.createTensor(
          ENVIRONMENT, data, shape(weight.shape()), OnnxJavaType.valueOf(weight.type().name()));
    }
  }

  private static OnnxTensor onnx(@Nullable Tensor tensor) throws OrtException {
    if (tensor == null) {
      throw new IllegalArgumentException(
          "Expected every control of the stage, but one is missing.");
    }
    ByteBuffer data =
        ByteBuffer.allocateDirect(tensor.data().remaining()).order(ByteOrder.nativeOrder());
    data.put(tensor.data()).flip();
    return OnnxTensor.createTensor(
        ENVIRONMENT, data, shape(tensor.shape()), OnnxJavaType.valueOf(tensor.type().name()));
  }

  private static Tensor tensor(String name, OnnxTensor from) {
    List<Long> shape = new ArrayList<>();
    for (long dimension : from.getInfo().getShape()) {
      shape.add(dimension);
    }
    ByteBuffer data = from.getByteBuffer();
    return new Tensor(name, ElementType.valueOf(from.getInfo().type.name()), shape, data);
  }

  private static long[] shape(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
