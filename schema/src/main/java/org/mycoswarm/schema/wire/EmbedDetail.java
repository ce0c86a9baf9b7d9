package org.mycoswarm.schema.wire;

/// Detail of an `embed` task's result.
///
/// @param vectors SHA-256 of a NumPy file (format 1.0, `<f4`, C order, shape rows x dimension): a
///     row for each chunk or text, in their order
/// @param device what it ran on
public record EmbedDetail(String vectors, int rows, int dimension, String device) {}
