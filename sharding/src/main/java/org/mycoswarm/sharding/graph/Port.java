package org.mycoswarm.sharding.graph;

import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.List;
import org.mycoswarm.sharding.frame.ElementType;

/// An input or output of a graph, as the graph declares it.
///
/// @param shape -1 where a dimension is left open
public record Port(String name, ElementType type, List<Long> shape) {
  public Port {
    shape = List.copyOf(shape);
  }

  static Port of(ValueInfoProto value) {
    TypeProto.Tensor tensor = value.getType().getTensorType();
    try {
      return new Port(
          value.getName(),
          ElementType.of(tensor.getElemType()),
          tensor.getShape().getDimList().stream().map(Port::dimension).toList());
    } catch (IllegalArgumentException e) {
      throw new ModelRefused(
          "Input or output \"%s\" cannot be used. %s".formatted(value.getName(), e.getMessage()),
          e);
    }
  }

  /// ONNX's code of the declared type; 0 when it declares none.
  static int code(ValueInfoProto value) {
    return value.getType().getTensorType().getElemType();
  }

  private static long dimension(TensorShapeProto.Dimension dimension) {
    return dimension.hasDimValue() ? dimension.getDimValue() : -1;
  }
}
