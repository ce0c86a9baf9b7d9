package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// The right to work on a task until it is not renewed for `leaseSeconds`.
///
/// @param lease the fencing token: every report carries it
public record LeaseGrant(
    String lease,
    String task,
    int attempt,
    String job,
    String kind,
    @Nullable String model,
    String label,
    JsonNode payload,
    int leaseSeconds) {}
