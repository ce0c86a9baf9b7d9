package org.mycoswarm.broker.results;

import java.io.IOException;
import java.io.InputStream;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;

/// Opens blobs that must be there.
final class BlobFiles {
  private BlobFiles() {}

  /// @throws IOException when the blob is not in the store
  static InputStream open(BlobStore blobs, String sha256) throws IOException {
    return blobs
        .open(new BlobHash(sha256))
        .orElseThrow(
            () ->
                new IOException(
                    "Expected blob '%s' in the store, but it is not there".formatted(sha256)));
  }
}
