package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Detail of a `chunk` task's result.
///
/// @param status `chunked`, `empty`, `unsupported` or `too-large`
/// @param chunks how many
/// @param blob SHA-256 of the chunks: one [ChunkLine] of JSON a line, in their order
public record ChunkDetail(
    String status,
    int chunks,
    @Nullable String blob,
    @Nullable String mediaType,
    @Nullable String note,
    @Nullable String reason,
    @Nullable String chunker) {}
