package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Detail of a `chunk` task's result.
///
/// @param status `chunked`; or `empty`, `unsupported`, `too-large`, `broken`, `locked` (behind a
///     password) or `timeout`, and then there is no text
/// @param chunks how many
/// @param blob SHA-256 of the chunks: one [ChunkLine] of JSON a line, in their order
/// @param note how it was read, when that was not plain
/// @param reason why there are no chunks
/// @param chunker its version and settings
/// @param text SHA-256 of the [DocumentText], when the task said `embed: false`
/// @param title of the document
/// @param stage at which it ended without chunks: `read`, `parse` or `chunk`
/// @param error class of the error, such as the parser names it
/// @param retryable whether reading the same bytes again may give another answer
public record ChunkDetail(
    String status,
    int chunks,
    @Nullable String blob,
    @Nullable String mediaType,
    @Nullable String note,
    @Nullable String reason,
    @Nullable String chunker,
    @Nullable String text,
    @Nullable String title,
    @Nullable String stage,
    @Nullable String error,
    @Nullable Boolean retryable) {}
