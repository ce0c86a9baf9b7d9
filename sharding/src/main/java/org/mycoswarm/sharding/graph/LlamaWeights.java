package org.mycoswarm.sharding.graph;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Gives the weights of a Llama-shaped decoder, row by row, so that a model larger than the memory
/// can be written. Matrices lie as input by output, so that y = x W; embeddings as vocabulary by
/// hidden. The names are `model.embed_tokens.weight`, `model.layers.0.input_layernorm.weight`,
/// `model.layers.0.self_attn.q_proj` (`k_proj`, `v_proj`, `o_proj`),
/// `model.layers.0.post_attention_layernorm.weight`, `model.layers.0.mlp.gate_proj` (`up_proj`,
/// `down_proj`), `model.norm.weight` and `lm_head`.
public interface LlamaWeights {
  /// Fills one row of a weight.
  ///
  /// @param rows how many the weight has; 1 for a vector
  /// @param into as long as a row
  void row(String name, int rows, int row, float[] into);

  /// Weights that mean nothing, of a size that keeps the numbers in a network in bounds; the same
  /// for the same seed.
  static LlamaWeights random(long seed) {
    return (name, rows, row, into) -> {
      if (name.endsWith("norm.weight")) {
        Arrays.fill(into, 1f);
        return;
      }
      long key = seed ^ name.hashCode() * 0x9E3779B97F4A7C15L ^ row * 0xC2B2AE3D27D4EB4FL;
      SplittableRandom random = new SplittableRandom(key);
      double scale = name.contains("embed") ? 1 : Math.sqrt(3.0 / rows);
      for (int i = 0; i < into.length; i++) {
        into[i] = (float) ((random.nextInt() / (double) Integer.MAX_VALUE) * scale);
      }
    };
  }
}
