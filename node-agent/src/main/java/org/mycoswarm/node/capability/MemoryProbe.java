package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mycoswarm.schema.json.Json;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HardwareAbstractionLayer;

/// How much memory there is, and how much of it is free now.
record MemoryProbe(HardwareAbstractionLayer hardware) implements Probe {
  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Finding probe() {
    GlobalMemory memory = hardware.getMemory();
    ObjectNode found = Json.LENIENT.createObjectNode();
    found.put("totalBytes", memory.getTotal());
    found.put(CapabilityScan.AVAILABLE_BYTES, memory.getAvailable());
    found.put("heapMaxBytes", Runtime.getRuntime().maxMemory());
    return Finding.detail("memory", found);
  }
}
