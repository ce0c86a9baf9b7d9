package org.mycoswarm.inference.shard;

import java.nio.file.Path;
import java.util.List;

/// A stage to be loaded.
///
/// @param graph its own ONNX graph, without the weights
/// @param weights what the graph refers to, each in a file of this machine; the files stay as they
///     are for as long as the stage is open
/// @param kvBytesMax what the caches of all sessions may take together, even while a step is
///     computed: the cache of its session is there twice then, before and after
/// @param contextMax positions of the longest session
/// @param threads that compute a step
/// @param lastRow whether of what leaves only the last position is wanted: the scores of a whole
///     vocabulary at each position of a prompt are much, and nobody reads them
public record StageSpec(
    Path graph,
    List<WeightFile> weights,
    long kvBytesMax,
    int contextMax,
    int threads,
    boolean lastRow) {
  public StageSpec {
    weights = List.copyOf(weights);
  }

  /// A stage of which all positions leave.
  public StageSpec(
      Path graph, List<WeightFile> weights, long kvBytesMax, int contextMax, int threads) {
    this(graph, weights, kvBytesMax, contextMax, threads, false);
  }
}
