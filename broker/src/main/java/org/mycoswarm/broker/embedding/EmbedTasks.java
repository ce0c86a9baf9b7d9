package org.mycoswarm.broker.embedding;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.broker.results.NpyReader;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.domain.Requirement;
import org.mycoswarm.queue.domain.RetryPolicy;
import org.mycoswarm.queue.domain.TaskResult;
import org.mycoswarm.queue.domain.TaskSpec;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedDetail;
import org.mycoswarm.schema.wire.EmbedPayload;

/// The `embed` task that carries its texts with it, and what comes back of it. Thread-safe.
final class EmbedTasks {
  static final String KIND = "embed";

  /// Somebody waits: a node that died must be found out soon, and a failure tried again at once.
  private static final Duration LEASE = Duration.ofSeconds(10);

  private static final RetryPolicy RETRY =
      new RetryPolicy(3, Duration.ofMillis(50), Duration.ofMillis(500));

  private final BlobStore blobs;

  EmbedTasks(BlobStore blobs) {
    this.blobs = blobs;
  }

  /// @param model digest
  /// @param role `query` or `passage`
  TaskSpec of(String model, String role, List<String> texts) {
    return new TaskSpec(
        new Requirement(KIND, model),
        "%d texts".formatted(texts.size()),
        null,
        json(EmbedPayload.ofTexts(model, role, texts)),
        List.of(),
        RETRY,
        LEASE);
  }

  /// The vectors of the task's texts, in their order.
  ///
  /// @throws IOException when the blob is missing or not what the result says
  List<float[]> vectors(TaskResult result, int texts) throws IOException {
    EmbedDetail detail = Json.LENIENT.readValue(result.detail(), EmbedDetail.class);
    try (InputStream in = open(new BlobHash(detail.vectors()));
        NpyReader npy = new NpyReader(in, detail.vectors())) {
      if (npy.rows() != texts) {
        throw new IOException(
            "Expected %d vectors in blob '%s', but it has %d"
                .formatted(texts, detail.vectors(), npy.rows()));
      }
      List<float[]> rows = new ArrayList<>(texts);
      for (int i = 0; i < texts; i++) {
        rows.add(npy.row());
      }
      return rows;
    }
  }

  private InputStream open(BlobHash hash) throws IOException {
    return blobs
        .open(hash)
        .orElseThrow(
            () -> new IOException("Expected blob '%s', but it is not here".formatted(hash)));
  }

  private static String json(EmbedPayload payload) {
    try {
      return Json.LENIENT.writeValueAsString(payload);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a record of texts to have a JSON form", e);
    }
  }
}
