package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.mycoswarm.sharding.frame.ElementType;

/// Builds an ONNX graph operator by operator. Weights are only announced here; whoever writes the
/// file adds them.
final class GraphWriter {
  /// A weight to be written: its rows come from elsewhere.
  record Announced(String name, int rows, int columns, List<Long> shape) {}

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("llama");
  private final List<Announced> weights = new ArrayList<>();
  private int names;

  GraphProto.Builder graph() {
    return graph;
  }

  List<Announced> weights() {
    return weights;
  }

  /// An operator with one output that nobody else names.
  String op(String type, String... inputs) {
    return named(type.toLowerCase(Locale.ROOT) + "_" + names++, type, List.of(inputs));
  }

  /// The same with attributes.
  String op(String type, List<String> inputs, AttributeProto... attributes) {
    String output = type.toLowerCase(Locale.ROOT) + "_" + names++;
    return named(output, type, inputs, attributes);
  }

  String named(String output, String type, List<String> inputs, AttributeProto... attributes) {
    node("", type, inputs, List.of(output), attributes);
    return output;
  }

  void node(
      String domain,
      String type,
      List<String> inputs,
      List<String> outputs,
      AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setDomain(domain)
            .setOpType(type)
            .setName("/" + outputs.getFirst())
            .addAllInput(inputs)
            .addAllOutput(outputs)
            .addAllAttribute(List.of(attributes)));
  }

  String vector(String name, int columns) {
    weights.add(new Announced(name, 1, columns, List.of((long) columns)));
    return name;
  }

  String matrix(String name, int rows, int columns) {
    weights.add(new Announced(name, rows, columns, List.of((long) rows, (long) columns)));
    return name;
  }

  String longs(long... values) {
    ByteBuffer data = room(8 * values.length);
    data.asLongBuffer().put(values);
    return constant(ElementType.INT64, List.of((long) values.length), data);
  }

  String scalar(long value) {
    return constant(ElementType.INT64, List.of(), room(8).putLong(value).flip());
  }

  String scalar(float value) {
    return constant(ElementType.FLOAT, List.of(), room(4).putFloat(value).flip());
  }

  void input(String name, ElementType type, Object... shape) {
    graph.addInput(value(name, type, shape));
  }

  void output(String name, ElementType type, Object... shape) {
    graph.addOutput(value(name, type, shape));
  }

  /// Says the shape of a tensor inside the graph, as exporters do.
  void declare(String name, ElementType type, Object... shape) {
    graph.addValueInfo(value(name, type, shape));
  }

  static AttributeProto whole(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto wholes(String name, Long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(List.of(values))
        .build();
  }

  static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  private String constant(ElementType type, List<Long> shape, ByteBuffer data) {
    String name = "const_" + names++;
    graph.addInitializer(
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.code())
            .addAllDims(shape)
            .setRawData(ByteString.copyFrom(data)));
    return name;
  }

  private static ByteBuffer room(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// @param shape numbers, and names for dimensions that are left open
  private static ValueInfoProto value(String name, ElementType type, Object... shape) {
    TensorShapeProto.Builder dimensions = TensorShapeProto.newBuilder();
    for (Object dimension : shape) {
      if (dimension instanceof Integer size) {
        dimensions.addDimBuilder().setDimValue(size);
      } else {
        dimensions.addDimBuilder().setDimParam(dimension.toString());
      }
    }
    TypeProto.Tensor tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.code()).setShape(dimensions).build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
