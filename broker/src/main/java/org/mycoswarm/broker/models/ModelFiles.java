package org.mycoswarm.broker.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ModelFile;
import org.mycoswarm.sharding.graph.OnnxModel;

/// The files of one model, by their paths in its folder; they lie in the blob store under other
/// names. Immutable.
final class ModelFiles {
  private static final int SMALL_BYTES_MAX = 4 << 20;

  private final BlobStore blobs;
  private final Map<String, String> byPath = new HashMap<>();

  ModelFiles(BlobStore blobs, List<ModelFile> files) {
    this.blobs = blobs;
    files.forEach(file -> byPath.put(file.path(), file.blob()));
  }

  /// Parses the graph. What it names beside itself is looked for beside it: a graph in `onnx/` has
  /// its weights there.
  ///
  /// @throws org.mycoswarm.sharding.graph.ModelRefused when the files are broken, or no text model
  OnnxModel read(String graph) {
    int folder = graph.lastIndexOf('/') + 1;
    return OnnxModel.read(name -> path(graph.substring(0, folder) + name), graph.substring(folder));
  }

  /// Where a file of the model is on this disk, or null.
  @Nullable Path path(String name) {
    String blob = byPath.get(name);
    return blob == null ? null : blobs.file(new BlobHash(blob)).orElse(null);
  }

  /// Which blob has the bytes of a weight in this file.
  ///
  /// @param beside path of the graph that names it
  Optional<String> blob(String beside, String name) {
    return Optional.ofNullable(byPath.get(beside.substring(0, beside.lastIndexOf('/') + 1) + name));
  }

  /// A small JSON file of the model; missing when there is none.
  ///
  /// @throws ModelRejected when it is no JSON
  JsonNode json(String name) {
    byte[] bytes = small(name);
    try {
      return bytes == null ? MissingNode.getInstance() : Json.LENIENT.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new ModelRejected(
          "Expected '%s' of the model to be JSON, but: %s; nothing was registered"
              .formatted(name, e.getOriginalMessage()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A small text file of the model; empty when there is none.
  String text(String name) {
    byte[] bytes = small(name);
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private byte @Nullable [] small(String name) {
    Path file = path(name);
    if (file == null) {
      return null;
    }
    try {
      if (Files.size(file) > SMALL_BYTES_MAX) {
        throw new ModelRejected(
            "Expected '%s' of the model to be a small file, but it has more than %d MiB; nothing was registered"
                .formatted(name, SMALL_BYTES_MAX >> 20));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
