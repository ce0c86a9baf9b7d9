package org.mycoswarm.inference.shard;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import org.mycoswarm.sharding.frame.ElementType;
import org.mycoswarm.sharding.frame.Tensor;

/// Between tensors as they travel and as ONNX Runtime computes with them.
final class StageTensors {
  private static final String ORT_PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private StageTensors() {}

  static OnnxJavaType ortType(String name, ElementType type) throws StageRefused {
    return switch (type) {
      case FLOAT -> OnnxJavaType.FLOAT;
      case DOUBLE -> OnnxJavaType.DOUBLE;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case INT8 -> OnnxJavaType.INT8;
      case UINT8 -> OnnxJavaType.UINT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case BOOL -> OnnxJavaType.BOOL;
      case UINT16, UINT32, UINT64 ->
          throw new StageRefused(
              StageRefused.MODEL,
              "Expected tensors of a type that Java can hand to ONNX Runtime, but '%s' is of %s"
                  .formatted(name, type));
    };
  }

  /// The library numbers its types otherwise than ONNX does; the names are the same.
  static ElementType type(TensorInfo info) {
    return ElementType.valueOf(info.onnxType.name().substring(ORT_PREFIX.length()));
  }

  static OnnxTensor toOrt(OrtEnvironment environment, Tensor tensor)
      throws OrtException, StageRefused {
    return OnnxTensor.createTensor(
        environment,
        direct(tensor.data()),
        tensor.shape().stream().mapToLong(dimension -> dimension).toArray(),
        ortType(tensor.name(), tensor.type()));
  }

  /// A copy: what ONNX Runtime owns may be freed.
  static Tensor fromOrt(String name, OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    return new Tensor(
        name,
        type(info),
        Arrays.stream(info.getShape()).boxed().toList(),
        info.getNumElements() == 0 ? ByteBuffer.allocate(0) : tensor.getByteBuffer());
  }

  /// Of `[batch of one, positions, scores]` the last position, as a copy of its own; anything else
  /// stays as it is.
  static Tensor lastRow(Tensor all) {
    List<Long> shape = all.shape();
    if (shape.size() != 3 || shape.getFirst() != 1 || shape.get(1) < 2) {
      return all;
    }
    int bytes = Math.toIntExact(shape.getLast() * all.type().bytes());
    ByteBuffer data = all.data();
    ByteBuffer row = ByteBuffer.allocate(bytes).put(data.position(data.limit() - bytes)).flip();
    return new Tensor(all.name(), all.type(), List.of(1L, 1L, shape.getLast()), row);
  }

  /// Of no elements, with 0 where the graph leaves the size open but for the first, which is the
  /// batch of one.
  static OnnxTensor empty(OrtEnvironment environment, TensorInfo like) throws OrtException {
    long[] shape = like.getShape();
    for (int i = 0; i < shape.length; i++) {
      shape[i] = i == 0 ? 1 : Math.max(shape[i], 0);
    }
    return OnnxTensor.createTensor(environment, direct(ByteBuffer.allocate(0)), shape, like.type);
  }

  /// A row of whole numbers, `[1, n]`, of the type that the graph wants.
  static OnnxTensor row(OrtEnvironment environment, TensorInfo like, long[] row)
      throws OrtException {
    long[] shape = {1, row.length};
    if (like.type == OnnxJavaType.INT32) {
      int[] narrow = Arrays.stream(row).mapToInt(Math::toIntExact).toArray();
      return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(row), shape);
  }

  /// Whether each size that the graph fixes is as the graph says. Of what an exporter left untold
  /// the library says that it has no dimensions; then anything fits here, and the library looks.
  static boolean fits(TensorInfo wanted, Tensor tensor) {
    long[] sizes = wanted.getShape();
    List<Long> shape = tensor.shape();
    boolean told = sizes.length > 0;
    boolean fits = type(wanted) == tensor.type() && (!told || sizes.length == shape.size());
    for (int i = 0; fits && i < sizes.length; i++) {
      fits = sizes[i] < 0 || sizes[i] == shape.get(i);
    }
    return fits;
  }

  /// Sending it through the heap would copy it twice.
  private static ByteBuffer direct(ByteBuffer from) {
    ByteBuffer direct = ByteBuffer.allocateDirect(from.remaining()).order(ByteOrder.nativeOrder());
    return direct.put(from).flip();
  }
}
