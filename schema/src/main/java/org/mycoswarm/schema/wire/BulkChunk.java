package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What became of one chunk of a bulk submission: all of its lines became the tasks of one job, in
/// their order, or none did.
///
/// @param chunk number, counted from 1
/// @param firstLine where it begins in the body, counted from 1
/// @param lines that hold a task; empty ones do not count
/// @param job that its tasks belong to, when it was taken
/// @param repeated whether the job was there already, under the same key
/// @param problem why nothing of it was taken
/// @param items every line with its task when they were asked for; in a chunk that was refused for
///     its lines the first ones at fault, always
public record BulkChunk(
    int chunk,
    long firstLine,
    long lines,
    @Nullable String job,
    @Nullable Boolean repeated,
    @Nullable Problem problem,
    @Nullable List<BulkItem> items) {}
