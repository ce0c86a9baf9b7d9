package org.mycoswarm.broker.collections;

/// What a run must know of a model.
///
/// @param dimension of its vectors; 0 when only nodes know it
/// @param tokensMax the longest text that it reads, in its own tokens; 0 when not known
public record EmbeddingModel(String digest, String name, int dimension, int tokensMax) {}
