package org.mycoswarm.sharding.graph;

import static org.mycoswarm.sharding.frame.ElementType.INT32;
import static org.mycoswarm.sharding.graph.GraphWriter.real;
import static org.mycoswarm.sharding.graph.GraphWriter.whole;

import java.util.List;

/// The layout of most downloads: attention with its rotation and cache is one operator
/// (GroupQueryAttention), adding and normalising another, so two tensors lie between layers.
final class FusedLlama extends LlamaGraph {
  private static final String MICROSOFT = "com.microsoft";

  FusedLlama(LlamaShape shape) {
    super(shape);
  }

  @Override
  int rotaryColumns() {
    return shape.headSize() / 2;
  }

  @Override
  void build() {
    inputs("input_ids", "attention_mask");
    write.matrix("cos_cache", shape.contextMax(), rotaryColumns());
    write.matrix("sin_cache", shape.contextMax(), rotaryColumns());
    String summed =
        write.op("ReduceSum", List.of("attention_mask", write.longs(1)), whole("keepdims", 0));
    String lengths = cast(write.op("Sub", summed, write.scalar(1)), INT32);
    String total =
        cast(write.op("Gather", write.op("Shape", "attention_mask"), write.scalar(1)), INT32);
    Pair at = new Pair(embedding(), "");
    for (int number = 0; number < shape.layers(); number++) {
      String layer = layer(number);
      at = normalised(at, layer + "input_layernorm");
      String attended = attention(at.branch(), number, lengths, total);
      at = normalised(new Pair(at.hidden(), attended), layer + "post_attention_layernorm");
      at = new Pair(at.hidden(), feedForward(at.branch(), layer));
    }
    head(normalised(at, "norm").branch());
    outputs();
  }

  /// What lies between two operators: the sum so far, and what is still to be added, or was.
  private record Pair(String hidden, String branch) {}

  /// Adds the branch to the sum and normalises; the first time there is nothing to add.
  private Pair normalised(Pair at, String name) {
    String weight = write.vector("model." + name + ".weight", shape.hidden());
    String out = "/model/" + name;
    if (at.branch().isEmpty()) {
      write.node(
          "",
          "SimplifiedLayerNormalization",
          List.of(at.hidden(), weight),
          List.of(out),
          whole("axis", -1),
          real("epsilon", shape.epsilon()),
          whole("stash_type", 1));
      return new Pair(at.hidden(), boundary(out));
    }
    write.node(
        MICROSOFT,
        "SkipSimplifiedLayerNormalization",
        List.of(at.hidden(), at.branch(), weight),
        List.of(out, "", "", out + "_sum"),
        real("epsilon", shape.epsilon()));
    return new Pair(boundary(out + "_sum"), boundary(out));
  }

  private String attention(String x, int number, String lengths, String total) {
    String at = layer(number) + "self_attn.";
    String attended = "/model/" + at + "attended";
    write.node(
        MICROSOFT,
        "GroupQueryAttention",
        List.of(
            project(x, at, "q_proj", shape.hidden(), shape.hidden()),
            project(x, at, "k_proj", shape.hidden(), keyColumns()),
            project(x, at, "v_proj", shape.hidden(), keyColumns()),
            past(number, "key"),
            past(number, "value"),
            lengths,
            total,
            "cos_cache",
            "sin_cache"),
        List.of(boundary(attended), present(number, "key"), present(number, "value")),
        whole("num_heads", shape.heads()),
        whole("kv_num_heads", shape.kvHeads()),
        whole("do_rotary", 1),
        whole("rotary_interleaved", 0),
        real("scale", (float) (1 / Math.sqrt(shape.headSize()))));
    return boundary(project(attended, at, "o_proj", shape.hidden(), shape.hidden()));
  }
}
