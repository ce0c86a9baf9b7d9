package org.mycoswarm.broker.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.collections.EmbeddingModel;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.ChunkPayload;
import org.mycoswarm.schema.wire.EmbedFolder;
import org.mycoswarm.schema.wire.Manifest;

/// Turns "embed this folder" into one `chunk` task for each file. Their results ask for the `embed`
/// tasks.
final class EmbedJobs {
  private static final int MANIFEST_BYTES_MAX = 32 << 20;
  private static final int CHUNK_TOKENS = 200;
  private static final int CHUNK_TOKENS_MIN = 16;
  private static final int TOKENS_MAX_UNKNOWN = 8_192;
  private static final int OVERLAP_TOKENS = 20;

  /// What the job was asked to do, for those who report on it.
  record Detail(
      String manifest, String model, String modelName, int chunkTokens, int overlapTokens) {}

  record Plan(Detail detail, BlobHash manifest, List<TaskSpec> tasks) {}

  private final BlobStore blobs;
  private final BlobCheck check;
  private final TaskSpecs specs;
  private final KnownModels models;

  EmbedJobs(BlobStore blobs, BlobCheck check, TaskSpecs specs, KnownModels models) {
    this.blobs = blobs;
    this.check = check;
    this.specs = specs;
    this.models = models;
  }

  /// @throws ProblemException when a value is out of its range, the model is unknown, the manifest
  ///     is none, or one of its files was not uploaded
  Plan plan(EmbedFolder wanted) {
    BlobHash hash = Inputs.checked(() -> new BlobHash(wanted.manifest()));
    ModelCatalogue.Model model = models.find(wanted.model());
    Detail detail = detail(wanted, model);
    Manifest manifest = read(hash);
    List<TaskSpec> tasks = manifest.files().stream().map(file -> task(file, detail)).toList();
    check.requireAll(tasks.stream().flatMap(task -> task.blobs().stream()).distinct().toList());
    return new Plan(detail, hash, tasks);
  }

  /// @param wanted a name or a digest; null for the usual one
  /// @throws ProblemException `model-unknown`
  EmbeddingModel model(@Nullable String wanted) {
    ModelCatalogue.Model model = models.find(wanted);
    return new EmbeddingModel(model.digest(), model.name(), model.dimension(), model.tokensMax());
  }

  private static Detail detail(EmbedFolder wanted, ModelCatalogue.Model model) {
    int tokensMax = model.tokensMax() > 0 ? model.tokensMax() : TOKENS_MAX_UNKNOWN;
    int chunk =
        Inputs.between(
            "chunkTokens",
            orElse(wanted.chunkTokens(), Math.min(CHUNK_TOKENS, tokensMax)),
            CHUNK_TOKENS_MIN,
            tokensMax);
    int overlapMax = (chunk - 1) / 2;
    int overlap =
        Inputs.between(
            "overlapTokens",
            orElse(wanted.overlapTokens(), Math.min(OVERLAP_TOKENS, overlapMax)),
            0,
            overlapMax);
    return new Detail(wanted.manifest(), model.digest(), model.name(), chunk, overlap);
  }

  private TaskSpec task(Manifest.FileEntry file, Detail detail) {
    BlobHash blob = Inputs.checked(() -> new BlobHash(file.sha256()));
    ChunkPayload payload =
        new ChunkPayload(
            file.path(),
            file.sha256(),
            detail.model(),
            detail.chunkTokens(),
            detail.overlapTokens(),
            null,
            null,
            null);
    return specs.usual(
        new Requirement("chunk", detail.model()), file.path(), text(payload), List.of(blob));
  }

  private Manifest read(BlobHash hash) {
    check.requireAll(List.of(hash));
    try (InputStream in = blobs.open(hash).orElse(InputStream.nullInputStream())) {
      byte[] json = in.readNBytes(MANIFEST_BYTES_MAX + 1);
      if (json.length > MANIFEST_BYTES_MAX) {
        throw noManifest(hash, "it is larger than %,d bytes".formatted(MANIFEST_BYTES_MAX));
      }
      return StrictJson.read(json, Manifest.class);
    } catch (ProblemException e) {
      throw noManifest(hash, e.detail());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProblemException noManifest(BlobHash hash, String why) {
    return new ProblemException(
        ProblemType.UNPROCESSABLE,
        "Expected blob %s to be a manifest, the list of files that POST /api/v1/uploads answers with, but it is not (%s); nothing was submitted"
            .formatted(hash, why));
  }

  static String text(Object value) {
    return new String(JsonBodies.bytes(value), UTF_8);
  }

  private static int orElse(@Nullable Integer value, int usual) {
    return value == null ? usual : value;
  }
}
