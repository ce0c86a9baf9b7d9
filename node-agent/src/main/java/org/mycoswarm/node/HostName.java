package org.mycoswarm.node;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;

/// What people call this machine.
final class HostName {
  private HostName() {}

  static String find() {
    try {
      // Asking the network for one's own name can take seconds; the kernel knows it.
      Path kernel = Path.of("/proc/sys/kernel/hostname");
      String name =
          Files.isReadable(kernel)
              ? Files.readString(kernel).strip()
              : InetAddress.getLocalHost().getHostName();
      return name.isBlank() ? "node" : name;
    } catch (IOException e) {
      return "node";
    }
  }
}
