package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One task of any kind.
///
/// @param kind such as `embed`, or one that a third party's node offers
/// @param model digest of the model it needs, for kinds that work with one
/// @param label what a person recognises it by
/// @param payload a JSON object for the node; the broker never reads it
/// @param blobs SHA-256 of every blob the payload refers to: they must have been uploaded
/// @param maxAttempts failures and expired leases after which it is buried; 3 when absent
/// @param leaseSeconds how long a node may go without renewing; 30 when absent
public record TaskSubmission(
    String kind,
    @Nullable String model,
    @Nullable String label,
    JsonNode payload,
    @Nullable List<String> blobs,
    @Nullable Integer maxAttempts,
    @Nullable Integer leaseSeconds) {}
