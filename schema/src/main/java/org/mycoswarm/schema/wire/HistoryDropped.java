package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Answer to `POST /api/v1/log/compact`. Entries are dropped by whole files, so more may stay than
/// is needed.
///
/// @param before position of the first entry that was there
/// @param first position of the first entry that is there now
/// @param keptFor what the first entries that stay are needed for
/// @param noSnapshot why no new snapshot could be written first, so that less was dropped
public record HistoryDropped(
    long before, long first, String keptFor, @Nullable String noSnapshot) {}
