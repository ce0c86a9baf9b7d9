package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.mycoswarm.schema.json.Json;
import oshi.hardware.CentralProcessor;
import oshi.hardware.HardwareAbstractionLayer;

/// What computes.
record CpuProbe(HardwareAbstractionLayer hardware) implements Probe {
  @Override
  public String name() {
    return "cpu";
  }

  @Override
  public Finding probe() {
    CentralProcessor cpu = hardware.getProcessor();
    ObjectNode found = Json.LENIENT.createObjectNode();
    found.put("name", cpu.getProcessorIdentifier().getName().strip());
    found.put("architecture", System.getProperty("os.arch"));
    found.put("physicalCores", cpu.getPhysicalProcessorCount());
    found.put("logicalCores", cpu.getLogicalProcessorCount());
    // A container may have less than the machine.
    found.put("usableCores", Runtime.getRuntime().availableProcessors());
    if (cpu.getMaxFreq() > 0) {
      found.put("maxHertz", cpu.getMaxFreq());
    }
    return Finding.detail("cpu", found);
  }
}
