package org.mycoswarm.sharding.graph;

import java.util.List;

/// A place where a graph can be cut in two.
///
/// @param place after how many nodes, in the order of computing, it is; grows along the list of
///     cuts
/// @param tensors what crosses it, one or two; a few tiny shapes may cross beside them
/// @param weightBytesBefore bytes of the weights that the nodes before it use, each counted once
/// @param workBytesBefore the same without tables that are only looked up: what a step has to read
///     through, and so what it takes time in proportion to
/// @param kvPairsBefore how many caches lie before it, two for each layer
/// @param kvBytesPerTokenBefore what they take for each token of a sequence
/// @param wireBytesPerToken what crosses for each token, as 32-bit floats
public record Cut(
    int place,
    List<String> tensors,
    long weightBytesBefore,
    long workBytesBefore,
    int kvPairsBefore,
    long kvBytesPerTokenBefore,
    long wireBytesPerToken) {
  public Cut {
    tensors = List.copyOf(tensors);
  }
}
