package org.mycoswarm.sharding.graph;

/// How large a Llama-shaped decoder is.
///
/// @param vocabulary how many tokens it knows
/// @param hidden how many numbers stand for a token between layers
/// @param layers how many layers it has
/// @param heads how many attention heads; divides `hidden`
/// @param kvHeads how many of them have keys and values of their own; divides `heads`
/// @param feedForward how wide the inner part of a layer is
/// @param contextMax for how many positions the rotary tables are written
/// @param epsilon of the normalisation, such as 1e-5
/// @param theta of the rotation, such as 10000
public record LlamaShape(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int kvHeads,
    int feedForward,
    int contextMax,
    float epsilon,
    float theta) {
  public LlamaShape {
    int least = Math.min(Math.min(vocabulary, layers), Math.min(kvHeads, feedForward));
    if (least < 1 || hidden % heads != 0 || heads % kvHeads != 0 || hidden / heads % 2 != 0) {
      throw new IllegalArgumentException(
          "Expected sizes above 0, heads that divide hidden evenly into even parts, and kvHeads that divide heads, but got hidden %d, heads %d, kvHeads %d, layers %d."
              .formatted(hidden, heads, kvHeads, layers));
    }
  }

  /// How many numbers one head has.
  public int headSize() {
    return hidden / heads;
  }
}
