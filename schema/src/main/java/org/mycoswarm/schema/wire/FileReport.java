package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// What became of one file of a job that embeds a folder.
///
/// @param status `embedded`, `empty`, `unsupported`, `too-large`, `broken`, `locked`, `timeout`,
///     `skipped`, `failed`, `cancelled` or `pending`
/// @param note how it was read, when that was not plain
/// @param reason when it was not embedded
public record FileReport(
    String path,
    String status,
    @Nullable String sha256,
    int chunks,
    int vectors,
    @Nullable String note,
    @Nullable String reason) {}
