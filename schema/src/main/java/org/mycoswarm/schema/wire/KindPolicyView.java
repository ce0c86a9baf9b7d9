package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// What tasks of one kind get when their submission does not say otherwise.
///
/// @param maxAttempts failures after which a task is buried
/// @param firstDelaySeconds how long it waits after the first failure; doubled with each further
///     one
/// @param delayMaxSeconds the longest it waits
/// @param leaseSeconds how long a node may go without renewing
public record KindPolicyView(
    @Nullable String kind,
    int maxAttempts,
    double firstDelaySeconds,
    double delayMaxSeconds,
    int leaseSeconds) {}
