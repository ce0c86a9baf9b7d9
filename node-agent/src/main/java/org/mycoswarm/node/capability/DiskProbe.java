package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mycoswarm.schema.json.Json;
import oshi.hardware.HWDiskStore;
import oshi.hardware.HardwareAbstractionLayer;

/// The disks, and the room where this node keeps its files.
record DiskProbe(HardwareAbstractionLayer hardware, Path home) implements Probe {
  @Override
  public String name() {
    return "disk";
  }

  @Override
  public Finding probe() throws IOException {
    FileStore store = Files.getFileStore(home);
    ObjectNode found = Json.LENIENT.createObjectNode();
    found.put("homeTotalBytes", store.getTotalSpace());
    found.put(CapabilityScan.AVAILABLE_BYTES, store.getUsableSpace());
    ArrayNode disks = found.putArray("disks");
    for (HWDiskStore disk : hardware.getDiskStores()) {
      disks.addObject().put("model", disk.getModel().strip()).put("totalBytes", disk.getSize());
    }
    return Finding.detail("disk", found);
  }
}
