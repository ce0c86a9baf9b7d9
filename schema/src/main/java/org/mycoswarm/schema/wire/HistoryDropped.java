package org.mycoswarm.schema.wire;

/// Answer to `POST /api/v1/log/compact`. Entries are dropped by whole files, so more may stay than
/// is needed.
///
/// @param before position of the first entry that was there
/// @param first position of the first entry that is there now
/// @param keptFor what the first entries that stay are needed for
public record HistoryDropped(long before, long first, String keptFor) {}
