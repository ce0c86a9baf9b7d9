package org.mycoswarm.broker.api;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;

/// Holds the promise that an event refers only to blobs that are on disk, and that none of them is
/// collected before the event is.
final class BlobCheck {
  private static final int NAMED_MAX = 5;

  private final BlobStore blobs;

  BlobCheck(BlobStore blobs) {
    this.blobs = blobs;
  }

  /// @throws ProblemException `blob-missing`, with which
  void requireAll(Collection<BlobHash> wanted) {
    List<BlobHash> missing = wanted.stream().filter(hash -> !isHere(hash)).toList();
    if (missing.isEmpty()) {
      return;
    }
    String named = String.join(", ", missing.stream().limit(NAMED_MAX).map(BlobHash::hex).toList());
    throw new ProblemException(
        ProblemType.BLOB_MISSING,
        "Expected every blob to be uploaded before it is referred to, but %,d are not here: %s%s; nothing was changed. Upload them with PUT /api/v1/blobs/{sha256} and ask again"
            .formatted(missing.size(), named, missing.size() > NAMED_MAX ? ", ..." : ""));
  }

  private boolean isHere(BlobHash hash) {
    try {
      return blobs.touch(hash);
    } catch (IOException e) {
      throw new UncheckedIOException("Expected to look at blob '%s'".formatted(hash), e);
    }
  }
}
