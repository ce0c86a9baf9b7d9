package org.mycoswarm.schema.wire;

/// Whether a node gets new leases.
///
/// @param mode `active`, `paused` or `draining`
/// @param leases how many leases it holds now
public record ModeView(String node, String mode, int leases) {}
