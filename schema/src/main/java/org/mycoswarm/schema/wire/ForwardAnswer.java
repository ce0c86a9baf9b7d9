package org.mycoswarm.schema.wire;

/// Header of the frame that answers a [ForwardCall]. Its tensors are named `0`, `1`, ... after the
/// texts: what the model gives for each token, as float32 of the shape `[1, tokens, dimension]`.
///
/// @param texts how many there are
public record ForwardAnswer(int texts) {}
