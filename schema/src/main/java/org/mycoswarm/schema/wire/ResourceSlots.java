package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Slots of a machine: what a node has, or what a task takes while it is leased. What is absent
/// counts as 0.
///
/// @param cpu cores, 0 to 65,536
/// @param ramMiB main memory in MiB
/// @param vramMiB memory of accelerators in MiB
public record ResourceSlots(@Nullable Integer cpu, @Nullable Long ramMiB, @Nullable Long vramMiB) {}
