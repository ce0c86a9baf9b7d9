package org.mycoswarm.broker.embedding;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.broker.results.NpyReader;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.EmbedDetail;

/// The vectors of `embed` tasks, which lie in blobs. Thread-safe.
public final class VectorBlobs {
  private final BlobStore blobs;

  public VectorBlobs(BlobStore blobs) {
    this.blobs = blobs;
  }

  /// Opens what a task made, to be read row by row.
  ///
  /// @throws IOException when the blob is missing, or not what the detail says
  public NpyReader open(EmbedDetail detail) throws IOException {
    BlobHash hash = new BlobHash(detail.vectors());
    NpyReader npy =
        new NpyReader(
            blobs
                .open(hash)
                .orElseThrow(
                    () ->
                        new IOException("Expected blob '%s', but it is not here".formatted(hash))),
            detail.vectors());
    if (npy.rows() != detail.rows()) {
      npy.close();
      throw new IOException(
          "Expected %d vectors in blob '%s', but it has %d"
              .formatted(detail.rows(), detail.vectors(), npy.rows()));
    }
    return npy;
  }

  /// All vectors of some tasks, in their order.
  List<float[]> all(List<EmbedDetail> details) throws IOException {
    List<float[]> rows = new ArrayList<>();
    for (EmbedDetail detail : details) {
      try (NpyReader npy = open(detail)) {
        for (int i = 0; i < detail.rows(); i++) {
          rows.add(npy.row());
        }
      }
    }
    return rows;
  }
}
