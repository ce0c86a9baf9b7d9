package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashMap;
import java.util.Map;
import org.mycoswarm.sharding.frame.ElementType;

/// What the elements of each tensor are, since a stage must declare what it takes. An exporter
/// writes it down for some tensors; for the others it follows from the operators, of which most
/// give back the type of what they read first.
final class ElementTypes {
  private final Map<String, Integer> codes = new HashMap<>();
  private final Map<String, ValueInfoProto> declared = new HashMap<>();

  ElementTypes(GraphProto graph, Topology topology) {
    for (ValueInfoProto value : graph.getValueInfoList()) {
      declared.put(value.getName(), value);
      declare(value.getName(), Port.code(value));
    }
    topology.inputs().values().forEach(v -> declare(v.getName(), Port.code(v)));
    topology.outputs().values().forEach(v -> declare(v.getName(), Port.code(v)));
    topology.initializers().values().forEach(t -> declare(t.getName(), t.getDataType()));
    topology.nodes().forEach(this::infer);
  }

  /// ONNX's code of a tensor's type; 0 when it is not known.
  int code(String tensor) {
    return codes.getOrDefault(tensor, 0);
  }

  /// How a stage declares a tensor that it takes or gives; the shape as far as the exporter said.
  ValueInfoProto declaration(String tensor) {
    ValueInfoProto known = declared.get(tensor);
    if (known != null) {
      return known;
    }
    TypeProto.Tensor type = TypeProto.Tensor.newBuilder().setElemType(code(tensor)).build();
    return ValueInfoProto.newBuilder()
        .setName(tensor)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private void declare(String tensor, int code) {
    if (code != 0) {
      codes.putIfAbsent(tensor, code);
    }
  }

  private void infer(NodeProto node) {
    int first = first(node);
    for (int i = 0; i < node.getOutputCount(); i++) {
      declare(node.getOutput(i), i == 0 ? first : other(node, i, first));
    }
  }

  private int first(NodeProto node) {
    return switch (node.getOpType()) {
      case "Shape", "Size", "NonZero", "ArgMax", "ArgMin" -> ElementType.INT64.code();
      case "Equal", "Greater", "Less", "LessOrEqual", "GreaterOrEqual" -> ElementType.BOOL.code();
      case "Not", "And", "Or", "Xor", "IsNaN", "IsInf" -> ElementType.BOOL.code();
      case "Cast" -> (int) attribute(node, "to", ElementType.FLOAT.code());
      case "Constant", "ConstantOfShape" -> constant(node);
      case "Where", "CastLike", "DequantizeLinear" -> input(node, 1);
      case "OneHot", "GatherBlockQuantized", "EmbedLayerNormalization" -> input(node, 2);
      case "QuantizeLinear" -> node.getInputCount() > 2 ? input(node, 2) : ElementType.UINT8.code();
      case "DynamicQuantizeLinear" -> ElementType.UINT8.code();
      case "MatMulInteger", "ConvInteger" -> ElementType.INT32.code();
      case "If", "Loop", "Scan" -> 0;
      default -> input(node, 0);
    };
  }

  private static int other(NodeProto node, int output, int first) {
    return switch (node.getOpType()) {
      case "DynamicQuantizeLinear" ->
          output == 1 ? ElementType.FLOAT.code() : ElementType.UINT8.code();
      case "TopK", "Unique" -> ElementType.INT64.code();
      case "Dropout" -> ElementType.BOOL.code();
      default -> first;
    };
  }

  private int input(NodeProto node, int index) {
    return node.getInputCount() > index ? code(node.getInput(index)) : 0;
  }

  private static int constant(NodeProto node) {
    for (AttributeProto attribute : node.getAttributeList()) {
      if (attribute.hasT()) {
        return attribute.getT().getDataType();
      }
      if (attribute.getName().startsWith("value_int")) {
        return ElementType.INT64.code();
      }
    }
    return ElementType.FLOAT.code();
  }

  private static long attribute(NodeProto node, String name, long otherwise) {
    return node.getAttributeList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .mapToLong(AttributeProto::getI)
        .findFirst()
        .orElse(otherwise);
  }
}
