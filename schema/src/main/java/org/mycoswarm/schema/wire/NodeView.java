package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node as the broker knows it.
///
/// @param state `online`, or `offline` when it was not heard of for three heartbeats; `unknown` in
///     an answer with `asOf`, because who lives is not in the log
/// @param leases what it works on now
/// @param detail hardware and what is missing, in the node's own words
public record NodeView(
    String node,
    String name,
    String state,
    Instant registeredAt,
    @Nullable Instant lastSeenAt,
    List<CapabilityView> capabilities,
    List<LeaseView> leases,
    JsonNode detail) {
  public record LeaseView(String lease, String kind, String label, Instant leasedAt) {}
}
