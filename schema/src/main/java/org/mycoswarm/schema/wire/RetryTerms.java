package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// When a task that failed is tried again: after a first delay, which doubles with every further
/// failure up to a largest one, less a jitter of up to one half.
///
/// @param maxAttempts failures and expired leases after which the task is buried
/// @param firstDelaySeconds 0 to 86,400; fractions count
/// @param delayMaxSeconds `firstDelaySeconds` to 604,800; fractions count
public record RetryTerms(
    @Nullable Integer maxAttempts,
    @Nullable Double firstDelaySeconds,
    @Nullable Double delayMaxSeconds) {}
