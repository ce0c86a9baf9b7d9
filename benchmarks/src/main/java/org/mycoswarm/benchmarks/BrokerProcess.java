package org.mycoswarm.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.mycoswarm.schema.json.Json;

/// A broker that serves.
record BrokerProcess(Process process, Path home, String url) {
  /// Waits for the run file, which a broker writes when it serves.
  static BrokerProcess await(Process process, Path home) throws IOException, InterruptedException {
    Path run = home.resolve("run").resolve("broker.json");
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!Files.exists(run)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IOException(
            "Expected the broker to serve, but it ended or took over 60 s; see its log");
      }
      Thread.sleep(20);
    }
    JsonNode found = Json.LENIENT.readTree(run.toFile());
    return new BrokerProcess(process, home, found.get("url").asText());
  }

  void stop() {
    Processes.end(process);
  }
}
