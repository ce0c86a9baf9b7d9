package org.mycoswarm.schema.wire;

import java.util.List;

/// Header of the frame that is the body of `POST /api/v1/models/{model}/forward`: texts that are to
/// go through all stages of an encoder.
///
/// @param ids for each text its tokens, special ones included; 1 to 64 texts
public record ForwardCall(List<List<Integer>> ids) {}
