package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// What became of one line of a bulk submission.
///
/// @param line in the body, counted from 1
/// @param task that it is now, when its chunk was taken
/// @param problem what is wrong with this line, in a chunk that was refused for it
public record BulkItem(long line, @Nullable String task, @Nullable Problem problem) {}
