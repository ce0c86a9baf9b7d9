package org.mycoswarm.node.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import org.mycoswarm.inference.Model;
import org.mycoswarm.node.client.BrokerProblem;
import org.mycoswarm.schema.wire.StageManifest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Models without weights that the first stage of an encoder brings: a folder with the tokenizer
/// and what says how vectors are made. The folders stay when the stage goes, for a task may still
/// read them. Any thread.
final class LentModels {
  private static final Logger LOG = LoggerFactory.getLogger(LentModels.class);
  private static final int FILE_BYTES_MAX = 256 << 20;

  private final Path folder;
  private final Blobs blobs;

  /// @param folder made when it is not there
  LentModels(Path folder, Blobs blobs) {
    this.folder = folder;
    this.blobs = blobs;
  }

  /// The model whose first stage this is; empty when it is no such stage, or when its files do not
  /// say how vectors are made, which is logged.
  Optional<Model> of(StageManifest manifest)
      throws TaskFailed, BrokerProblem, InterruptedException {
    if (!manifest.encoder() || !manifest.first()) {
      return Optional.empty();
    }
    Path own = within(folder, manifest.model().replaceFirst("^sha256:", ""));
    try {
      for (Map.Entry<String, String> file : manifest.files().entrySet()) {
        write(within(own, file.getKey()), file.getValue());
      }
      return Optional.of(
          Model.described(own, manifest.name(), manifest.model(), manifest.contextMax()));
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn(
          "Expected an embedding model in the files of '{}', but {}; this node is its stage, and embeds nothing with it",
          manifest.name(),
          e.getMessage());
      return Optional.empty();
    }
  }

  private static Path within(Path folder, String name) throws TaskFailed {
    Path file = folder.resolve(name).normalize();
    if (!file.startsWith(folder) || file.equals(folder)) {
      throw TaskFailed.forGood(
          "Expected a path within the model's folder, but it is '%s'".formatted(name));
    }
    return file;
  }

  private void write(Path file, String blob)
      throws IOException, TaskFailed, BrokerProblem, InterruptedException {
    Files.createDirectories(file.getParent());
    Path fresh = Files.createTempFile(file.getParent(), ".fetching", "");
    Files.write(fresh, blobs.get("a file of the model", blob, FILE_BYTES_MAX));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
