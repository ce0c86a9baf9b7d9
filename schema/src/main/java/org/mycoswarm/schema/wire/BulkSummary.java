package org.mycoswarm.schema.wire;

/// The last line of the answer to a bulk submission.
///
/// @param batch what its jobs have in common: `GET /api/v1/jobs?batch=` lists them
/// @param chunks how many there were
/// @param lines that held a task
/// @param tasks of these that are in the queue now, or were before
/// @param repeated chunks that were there already, under the same key
/// @param refused chunks of which nothing was taken
public record BulkSummary(
    String batch, int chunks, long lines, long tasks, int repeated, int refused) {}
