package org.mycoswarm.sharding.plan;

/// The part of a model between two neighbouring cuts: the smallest thing a plan moves about.
///
/// @param weightBytes of weights that no other block uses
/// @param workBytes of weights that a step reads through; a step's time is in proportion to it
/// @param kvBytesPerToken what its caches take for a token of a sequence
/// @param wireBytesPerToken what crosses the cut after it for a token; of the last block 0
public record Block(
    long weightBytes, long workBytes, long kvBytesPerToken, long wireBytesPerToken) {
  public Block {
    if (Math.min(weightBytes, workBytes) < 0 || Math.min(kvBytesPerToken, wireBytesPerToken) < 0) {
      throw new IllegalArgumentException("Expected bytes of 0 or more, but a block has less.");
    }
  }
}
