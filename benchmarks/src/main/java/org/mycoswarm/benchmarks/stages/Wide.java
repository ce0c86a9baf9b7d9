package org.mycoswarm.benchmarks.stages;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.mycoswarm.benchmarks.Client;
import org.mycoswarm.schema.wire.ModelFile;
import org.mycoswarm.schema.wire.ModelSubmission;
import org.mycoswarm.sharding.graph.LlamaShape;
import org.mycoswarm.sharding.graph.LlamaWriter;

/// A decoder of four layers whose one tensor between them has 8 KiB a token. Nobody computes it.
final class Wide {
  static final String NAME = "wide";

  /// Times four bytes: 8 KiB.
  static final int HIDDEN = 2_048;

  private static final int CONTEXT = 512;
  private static final LlamaShape SHAPE =
      new LlamaShape(256, HIDDEN, 4, 16, 1, 64, CONTEXT, 1e-5f, 10_000f);

  private Wide() {}

  /// What a node says it has, so that so many are needed: 37 MiB a layer, 64 MiB for computing, and
  /// the caches.
  static long ramMiB(int stages) {
    return switch (stages) {
      case 1 -> 1_024;
      case 2 -> 160;
      case 4 -> 112;
      default -> throw new IllegalArgumentException("Expected 1, 2 or 4 stages, not " + stages);
    };
  }

  static void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    new LlamaWriter(
            SHAPE,
            LlamaWriter.Layout.PLAIN,
            (name, rows, row, into) -> Arrays.fill(into, name.hashCode() + row))
        .write(folder);
    Files.writeString(
        folder.resolve("config.json"), "{\"max_position_embeddings\":%d}".formatted(CONTEXT));
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
  }

  static void register(Path folder, Client client) throws IOException, InterruptedException {
    List<ModelFile> files = new ArrayList<>();
    for (String name : List.of(LlamaWriter.MODEL, "config.json", "tokenizer.json")) {
      byte[] bytes = Files.readAllBytes(folder.resolve(name));
      String blob = client.postBytes("/blobs", bytes).get("sha256").asText();
      files.add(new ModelFile(name, blob, bytes.length));
    }
    JsonNode _ = client.post("/models", new ModelSubmission(NAME, files, null));
  }
}
