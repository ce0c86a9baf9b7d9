package org.mycoswarm.schema.wire;

/// One file of a model.
///
/// @param path relative to the model's folder, with `/`
/// @param blob SHA-256 of its bytes
public record ModelFile(String path, String blob, long bytes) {}
