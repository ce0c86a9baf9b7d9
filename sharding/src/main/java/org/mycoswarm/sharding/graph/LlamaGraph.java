package org.mycoswarm.sharding.graph;

import static org.mycoswarm.sharding.frame.ElementType.FLOAT;
import static org.mycoswarm.sharding.frame.ElementType.INT64;
import static org.mycoswarm.sharding.graph.GraphWriter.whole;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.List;
import org.mycoswarm.sharding.frame.ElementType;

/// The graph of a Llama-shaped decoder, in one of two layouts. What both have in common is here.
abstract sealed class LlamaGraph permits PlainLlama, FusedLlama {
  final LlamaShape shape;
  final GraphWriter write = new GraphWriter();

  LlamaGraph(LlamaShape shape) {
    this.shape = shape;
  }

  /// Which rotary tables the layout has, as rows of a position.
  abstract int rotaryColumns();

  abstract void build();

  final ModelProto model() {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("mycoswarm")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("com.microsoft").setVersion(1))
        .setGraph(write.graph())
        .build();
  }

  final void inputs(String... controls) {
    for (String control : controls) {
      write.input(control, INT64, "batch", control.equals("attention_mask") ? "total" : "sequence");
    }
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (String half : List.of("key", "value")) {
        write.input(past(layer, half), FLOAT, "batch", shape.kvHeads(), "past", shape.headSize());
      }
    }
  }

  final void outputs() {
    write.output("logits", FLOAT, "batch", "sequence", shape.vocabulary());
    for (int layer = 0; layer < shape.layers(); layer++) {
      for (String half : List.of("key", "value")) {
        write.output(
            present(layer, half), FLOAT, "batch", shape.kvHeads(), "total", shape.headSize());
      }
    }
  }

  final String embedding() {
    String table = write.matrix("model.embed_tokens.weight", shape.vocabulary(), shape.hidden());
    return boundary(
        write.named("/model/embed_tokens/Gather", "Gather", List.of(table, "input_ids")));
  }

  final String project(String x, String layer, String name, int rows, int columns) {
    String matrix = write.matrix("model." + layer + name, rows, columns);
    return write.named("/model/" + layer + name, "MatMul", List.of(x, matrix));
  }

  /// SwiGLU: down(silu(gate(x)) * up(x)).
  final String feedForward(String x, String layer) {
    String gate = project(x, layer, "mlp.gate_proj", shape.hidden(), shape.feedForward());
    String up = project(x, layer, "mlp.up_proj", shape.hidden(), shape.feedForward());
    String silu = write.op("Mul", gate, write.op("Sigmoid", gate));
    return boundary(
        project(
            write.op("Mul", silu, up),
            layer,
            "mlp.down_proj",
            shape.feedForward(),
            shape.hidden()));
  }

  final void head(String x) {
    String matrix = write.matrix("lm_head", shape.hidden(), shape.vocabulary());
    write.named("logits", "MatMul", List.of(x, matrix));
  }

  /// Says the shape of what may cross a cut.
  final String boundary(String tensor) {
    write.declare(tensor, FLOAT, "batch", "sequence", shape.hidden());
    return tensor;
  }

  final int keyColumns() {
    return shape.kvHeads() * shape.headSize();
  }

  static String layer(int number) {
    return "layers." + number + ".";
  }

  static String past(int layer, String half) {
    return "past_key_values." + layer + "." + half;
  }

  static String present(int layer, String half) {
    return "present." + layer + "." + half;
  }

  final String cast(String x, ElementType to) {
    return write.op("Cast", List.of(x), whole("to", to.code()));
  }
}
