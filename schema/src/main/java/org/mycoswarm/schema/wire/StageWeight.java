package org.mycoswarm.schema.wire;

import java.util.List;

/// One tensor of a model's weights, as bytes of a blob.
///
/// @param name in the graph
/// @param type of its elements, in ONNX's numbers: 1 is a float of 32 bits
/// @param blob SHA-256 of the file it lies in
/// @param offset of its first byte there
/// @param sha256 of its own bytes
public record StageWeight(
    String name, int type, List<Long> shape, String blob, long offset, long bytes, String sha256) {}
