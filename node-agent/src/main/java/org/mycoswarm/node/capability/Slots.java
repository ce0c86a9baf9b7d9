package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.ResourceSlots;

/// What tasks may take of this machine, from what the probes found: cores, the memory that was free
/// when they looked, and the memory of NVIDIA cards. What was not found out is absent.
final class Slots {
  /// The member that changes by itself all the time.
  static final String RAM = "ramMiB";

  private Slots() {}

  /// @param ramMiB what a person gives instead of what is free, or null
  static ResourceSlots of(JsonNode detail, @Nullable Long ramMiB) {
    JsonNode cores = detail.at("/cpu/usableCores");
    long free = detail.at("/memory/" + CapabilityScan.AVAILABLE_BYTES).asLong() >> 20;
    long ram = ramMiB == null ? free : ramMiB;
    long vram = 0;
    for (JsonNode gpu : detail.path("gpus")) {
      // Only their own program tells which cards can compute.
      vram += gpu.has("index") ? gpu.path("memoryBytes").asLong() >> 20 : 0;
    }
    return new ResourceSlots(
        cores.isInt() ? cores.intValue() : null, ram > 0 ? ram : null, vram > 0 ? vram : null);
  }
}
