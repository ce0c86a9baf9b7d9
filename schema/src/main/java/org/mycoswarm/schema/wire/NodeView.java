package org.mycoswarm.schema.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node as the broker knows it.
///
/// @param state `online`, or `offline` when it was not heard of for three heartbeats; `unknown` in
///     an answer with `asOf`, because who lives is not in the log
/// @param mode `active`, `paused` or `draining`: whether it gets new leases
/// @param resources its slots; absent when it names none
/// @param submitters whose work it takes; everybody's when it is empty
/// @param leases what it works on now
/// @param detail hardware and what is missing, in the node's own words
public record NodeView(
    String node,
    String name,
    String state,
    String mode,
    Instant registeredAt,
    @Nullable Instant lastSeenAt,
    List<CapabilityView> capabilities,
    @Nullable ResourceSlots resources,
    List<String> submitters,
    List<LeaseView> leases,
    JsonNode detail) {
  public record LeaseView(String lease, String kind, String label, Instant leasedAt) {}
}
