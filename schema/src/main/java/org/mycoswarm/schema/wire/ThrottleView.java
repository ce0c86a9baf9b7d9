package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// How much of something may run.
///
/// @param scope `kind:NAME` or `key:NAME`
/// @param concurrent leases at a time, or null for no such limit
/// @param perMinute leases a minute, or null for no such limit
public record ThrottleView(
    @Nullable String scope, @Nullable Integer concurrent, @Nullable Integer perMinute) {}
