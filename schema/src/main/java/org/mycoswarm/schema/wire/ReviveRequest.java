package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Which tasks may be leased again at once, with all their attempts before them. All that is given
/// must hold.
///
/// @param job of this job, or of every job
/// @param state `buried` (the default), or `waiting` for those that wait for a retry
/// @param kind of this task kind
/// @param label whose label has this text in it
/// @param reason whose reason has this text in it; for buried ones
/// @param dryRun only says which it would be
public record ReviveRequest(
    @Nullable String job,
    @Nullable String state,
    @Nullable String kind,
    @Nullable String label,
    @Nullable String reason,
    @Nullable Boolean dryRun) {}
