package org.mycoswarm.node.capability;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import java.util.Map;

/// The operating system and the Java that run this node.
record SystemProbe() implements Probe {
  @Override
  public String name() {
    return "os";
  }

  @Override
  public Finding probe() {
    JsonNodeFactory json = JsonNodeFactory.instance;
    String os = "%s %s".formatted(System.getProperty("os.name"), System.getProperty("os.version"));
    String java = "%s %s".formatted(System.getProperty("java.vendor"), Runtime.version());
    return new Finding(
        Map.of("os", json.textNode(os), "java", json.textNode(java)), List.of(), List.of());
  }
}
