package org.mycoswarm.sharding.graph;

import static org.mycoswarm.sharding.frame.ElementType.BOOL;
import static org.mycoswarm.sharding.graph.GraphWriter.whole;
import static org.mycoswarm.sharding.graph.GraphWriter.wholes;

import java.util.List;

/// The layout of an ordinary export: nothing but operators of the ONNX standard, the causal mask
/// made of the shape of layer 0's cache, one tensor between two layers.
final class PlainLlama extends LlamaGraph {
  private final String epsilon;
  private final String two;
  private final String scale;

  PlainLlama(LlamaShape shape) {
    super(shape);
    epsilon = write.scalar(shape.epsilon());
    two = write.scalar(2f);
    scale = write.scalar((float) (1 / Math.sqrt(shape.headSize())));
  }

  @Override
  int rotaryColumns() {
    return shape.headSize();
  }

  @Override
  void build() {
    inputs("input_ids", "attention_mask", "position_ids");
    String cos = rotary("cos_cache");
    String sin = rotary("sin_cache");
    String mask = mask();
    String hidden = embedding();
    for (int number = 0; number < shape.layers(); number++) {
      String layer = layer(number);
      String attended = attention(norm(hidden, layer + "input_layernorm"), number, cos, sin, mask);
      hidden = residual("/model/" + layer + "attention_residual", hidden, attended);
      String fed = feedForward(norm(hidden, layer + "post_attention_layernorm"), layer);
      hidden = residual("/model/" + layer + "residual", hidden, fed);
    }
    head(norm(hidden, "norm"));
    outputs();
  }

  private String residual(String name, String hidden, String added) {
    return boundary(write.named(name, "Add", List.of(hidden, added)));
  }

  private String rotary(String table) {
    String rows = write.matrix(table, shape.contextMax(), rotaryColumns());
    return write.op("Unsqueeze", write.op("Gather", rows, "position_ids"), write.longs(1));
  }

  /// 0 where a token may look, very low where it may not: at what comes after it, at padding.
  private String mask() {
    String past = write.op("Gather", write.op("Shape", past(0, "key")), write.scalar(2));
    String sequence = write.op("Gather", write.op("Shape", "input_ids"), write.scalar(1));
    String total = write.op("Add", past, sequence);
    String from =
        write.op("Unsqueeze", write.op("Range", past, total, write.scalar(1)), write.longs(1));
    String to = write.op("Range", write.scalar(0), total, write.scalar(1));
    String causal = write.op("LessOrEqual", to, from);
    String real = write.op("Unsqueeze", cast("attention_mask", BOOL), write.longs(1, 2));
    return write.op("Where", write.op("And", causal, real), write.scalar(0f), write.scalar(-1e9f));
  }

  private String norm(String x, String name) {
    String squares = write.op("Pow", x, two);
    String mean =
        write.op("ReduceMean", List.of(squares), wholes("axes", -1L), whole("keepdims", 1));
    String root = write.op("Sqrt", write.op("Add", mean, epsilon));
    String weight = write.vector("model." + name + ".weight", shape.hidden());
    return write.op("Mul", weight, write.op("Div", x, root));
  }

  private String attention(String x, int number, String cos, String sin, String mask) {
    String at = layer(number) + "self_attn.";
    String query = heads(project(x, at, "q_proj", shape.hidden(), shape.hidden()), shape.heads());
    String key = heads(project(x, at, "k_proj", shape.hidden(), keyColumns()), shape.kvHeads());
    String value = heads(project(x, at, "v_proj", shape.hidden(), keyColumns()), shape.kvHeads());
    String keys = longer(number, "key", rotate(key, cos, sin));
    String values = longer(number, "value", value);
    String across = write.op("Transpose", List.of(repeated(keys)), wholes("perm", 0L, 1L, 3L, 2L));
    String scores = write.op("Mul", write.op("MatMul", rotate(query, cos, sin), across), scale);
    String shares = write.op("Softmax", List.of(write.op("Add", scores, mask)), whole("axis", -1));
    String mixed =
        write.op(
            "Transpose",
            List.of(write.op("MatMul", shares, repeated(values))),
            wholes("perm", 0L, 2L, 1L, 3L));
    String flat = write.op("Reshape", mixed, write.longs(0, 0, shape.hidden()));
    return boundary(project(flat, at, "o_proj", shape.hidden(), shape.hidden()));
  }

  private String longer(int number, String half, String added) {
    return write.named(
        present(number, half), "Concat", List.of(past(number, half), added), whole("axis", 2));
  }

  private String heads(String x, int heads) {
    String split = write.op("Reshape", x, write.longs(0, 0, heads, shape.headSize()));
    return write.op("Transpose", List.of(split), wholes("perm", 0L, 2L, 1L, 3L));
  }

  /// Several heads share one key: it is repeated for each.
  private String repeated(String x) {
    int times = shape.heads() / shape.kvHeads();
    if (times == 1) {
      return x;
    }
    String wider =
        write.op(
            "Expand", write.op("Unsqueeze", x, write.longs(2)), write.longs(1, 1, times, 1, 1));
    return write.op("Reshape", wider, write.longs(0, shape.heads(), -1, shape.headSize()));
  }

  private String rotate(String x, String cos, String sin) {
    long half = shape.headSize() / 2;
    String low = write.op("Slice", x, write.longs(0), write.longs(half), write.longs(3));
    String high = write.op("Slice", x, write.longs(half), write.longs(2 * half), write.longs(3));
    String turned = write.op("Concat", List.of(write.op("Neg", high), low), whole("axis", -1));
    return write.op("Add", write.op("Mul", x, cos), write.op("Mul", turned, sin));
  }
}
