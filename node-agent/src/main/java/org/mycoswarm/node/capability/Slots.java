package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.JsonNode;
import org.mycoswarm.schema.wire.ResourceSlots;

/// What tasks may take of this machine, from what the probes found: cores, the memory that was free
/// when they looked, and the memory of NVIDIA cards. What was not found out is absent.
final class Slots {
  /// The member that changes by itself all the time.
  static final String RAM = "ramMiB";

  private Slots() {}

  static ResourceSlots of(JsonNode detail) {
    JsonNode cores = detail.at("/cpu/usableCores");
    long ram = detail.at("/memory/" + CapabilityScan.AVAILABLE_BYTES).asLong() >> 20;
    long vram = 0;
    for (JsonNode gpu : detail.path("gpus")) {
      // Only their own program tells which cards can compute.
      vram += gpu.has("index") ? gpu.path("memoryBytes").asLong() >> 20 : 0;
    }
    return new ResourceSlots(
        cores.isInt() ? cores.intValue() : null, ram > 0 ? ram : null, vram > 0 ? vram : null);
  }
}
