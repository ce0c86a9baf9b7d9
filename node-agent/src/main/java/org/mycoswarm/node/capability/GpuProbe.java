package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.mycoswarm.schema.json.Json;
import oshi.hardware.GraphicsCard;
import oshi.hardware.HardwareAbstractionLayer;

/// Graphics cards. That one is there does not mean that anything here can compute on it: the device
/// of a capability says that.
record GpuProbe(HardwareAbstractionLayer hardware, String nvidiaSmi) implements Probe {
  @Override
  public String name() {
    return "gpus";
  }

  @Override
  public Finding probe() throws InterruptedException {
    List<Missing> missing = new ArrayList<>();
    ArrayNode gpus = Json.LENIENT.createArrayNode();
    try {
      NvidiaSmi.ask(nvidiaSmi).forEach(card -> add(gpus, card));
    } catch (IOException e) {
      missing.add(new Missing("nvidia-smi", String.valueOf(e.getMessage())));
    }
    if (gpus.isEmpty()) {
      hardware.getGraphicsCards().forEach(card -> add(gpus, card));
    }
    if (gpus.isEmpty()) {
      missing.add(new Missing("gpu", "Expected a graphics card, but this machine shows none"));
    }
    return new Finding(Map.of("gpus", gpus), List.of(), missing);
  }

  private static void add(ArrayNode gpus, NvidiaSmi.Card card) {
    ObjectNode gpu = gpus.addObject().put("name", card.name()).put("vendor", "NVIDIA");
    gpu.put("index", card.index());
    if (card.memoryBytes() != null) {
      gpu.put("memoryBytes", card.memoryBytes());
    }
    if (card.driver() != null) {
      gpu.put("driver", card.driver());
    }
  }

  private static void add(ArrayNode gpus, GraphicsCard card) {
    ObjectNode gpu = gpus.addObject().put("name", card.getName()).put("vendor", card.getVendor());
    if (card.getVRam() > 0) {
      gpu.put("memoryBytes", card.getVRam());
    }
  }
}
