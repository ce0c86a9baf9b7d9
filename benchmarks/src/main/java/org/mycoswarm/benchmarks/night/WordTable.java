package org.mycoswarm.benchmarks.night;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// The smallest model there is: a row of random numbers for each word, and their mean. Its vectors
/// mean nothing and cost next to nothing, so that what is left is all that is not embedding.
final class WordTable {
  static final String NAME = "word-table";

  /// Of the tokenizer of MiniLM.
  private static final int WORDS = 30_522;

  private static final int WIDTH = 16;

  private WordTable() {}

  /// @param other a model whose tokenizer it takes
  static void write(Path folder, Path other) throws IOException {
    Files.createDirectories(folder);
    Files.copy(other.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
    Files.writeString(
        folder.resolve("model.json"),
        "{\"name\":\"%s\",\"dimension\":%d,\"tokensMax\":256,\"pooling\":\"mean\",\"normalize\":true}"
            .formatted(NAME, WIDTH));
    Files.write(folder.resolve("model.onnx"), model().toByteArray());
  }

  private static ModelProto model() {
    GraphProto graph =
        GraphProto.newBuilder()
            .setName(NAME)
            .addInput(value("input_ids", TensorProto.DataType.INT64_VALUE, false))
            .addOutput(value("last_hidden_state", TensorProto.DataType.FLOAT_VALUE, true))
            .addInitializer(table())
            .addNode(
                NodeProto.newBuilder()
                    .setOpType("Gather")
                    .addInput("table")
                    .addInput("input_ids")
                    .addOutput("last_hidden_state")
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("axis")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(0)))
            .build();
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(13))
        .setGraph(graph)
        .build();
  }

  private static TensorProto table() {
    ByteBuffer rows =
        ByteBuffer.allocate(WORDS * WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(1);
    while (rows.hasRemaining()) {
      rows.putFloat((float) random.nextGaussian());
    }
    return TensorProto.newBuilder()
        .setName("table")
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addDims(WORDS)
        .addDims(WIDTH)
        .setRawData(ByteString.copyFrom(rows.flip()))
        .build();
  }

  private static ValueInfoProto value(String name, int type, boolean rows) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder().addDim(dim("batch")).addDim(dim("length"));
    if (rows) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(WIDTH));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  private static TensorShapeProto.Dimension dim(String name) {
    return TensorShapeProto.Dimension.newBuilder().setDimParam(name).build();
  }
}
