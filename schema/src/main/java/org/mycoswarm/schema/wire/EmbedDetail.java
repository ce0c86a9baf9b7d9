package org.mycoswarm.schema.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Detail of an `embed` task's result.
///
/// @param vectors SHA-256 of a NumPy file (format 1.0, `<f4`, C order, shape rows x dimension): a
///     row for each chunk or input, in their order
/// @param device what it ran on
/// @param tokens of each input with special tokens, in their order, where the payload said
///     `partial`
/// @param tokensMax how many the model takes of one, where the payload said `partial`
/// @param refused why, by row, for inputs that were not embedded; their rows are zeros
public record EmbedDetail(
    String vectors,
    int rows,
    int dimension,
    String device,
    @Nullable List<Integer> tokens,
    @Nullable Integer tokensMax,
    @Nullable Map<Integer, String> refused) {
  public EmbedDetail(String vectors, int rows, int dimension, String device) {
    this(vectors, rows, dimension, device, null, null, null);
  }
}
