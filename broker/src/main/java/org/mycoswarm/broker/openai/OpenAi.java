package org.mycoswarm.broker.openai;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.mycoswarm.broker.api.KnownModels;
import org.mycoswarm.broker.chat.ChatModels;
import org.mycoswarm.broker.embedding.UrgentEmbedding;
import org.mycoswarm.broker.records.Records;
import org.mycoswarm.queue.log.BlobStore;

/// OpenAI's interface, put together.
public final class OpenAi implements AutoCloseable {
  /// What it stands on.
  ///
  /// @param chat what conversations can be held with
  /// @param folder for files that are not complete yet; it exists and is empty
  /// @param ids makes ids that nothing has yet
  /// @param fileBytesMax of one uploaded file
  public record Parts(
      KnownModels models,
      UrgentEmbedding urgent,
      ChatModels chat,
      BatchJobs jobs,
      Records records,
      BlobStore blobs,
      Path folder,
      Supplier<String> ids,
      InstantSource clock,
      long fileBytesMax) {}

  private final Parts parts;
  private final StoredFiles files;
  private final Batches batches;

  public OpenAi(Parts parts) {
    this.parts = parts;
    this.files = new StoredFiles(parts.records(), parts.blobs(), parts.ids(), parts.clock());
    this.batches =
        new Batches(
            parts.records(),
            new BatchRun.Parts(
                parts.models(), parts.jobs(), parts.blobs(), files, parts.folder(), parts.clock()),
            parts.ids());
  }

  /// What conversations can be held with.
  public ChatModels chat() {
    return parts.chat();
  }

  /// Goes on with the batches that are not over.
  public void start() {
    batches.start();
  }

  /// What is to be registered with the server.
  ///
  /// @param roomCheck throws when the disk takes nothing new
  public List<Object> resources(Runnable roomCheck) {
    return List.of(
        new ModelsResource(parts.models(), parts.chat()),
        new EmbeddingsResource(new Embeddings(parts.urgent(), parts.models()), parts.blobs()),
        new ChatResource(parts.chat(), parts.ids(), parts.clock()),
        new FilesResource(files, parts.blobs(), roomCheck, parts.fileBytesMax()),
        new BatchesResource(batches, roomCheck));
  }

  @Override
  public void close() {
    batches.close();
  }
}
