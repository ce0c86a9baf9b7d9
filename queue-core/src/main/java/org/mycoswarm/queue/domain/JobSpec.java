package org.mycoswarm.queue.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a person submits, without its tasks.
///
/// @param kind what the job as a whole is, such as `embed-folder`; a label for those who show and
///     report it
/// @param detail a JSON object for the same readers
/// @param blobs every blob the detail refers to
/// @param key the caller's Idempotency-Key, if any
public record JobSpec(
    String name, String kind, String detail, List<BlobHash> blobs, @Nullable IdempotencyKey key) {
  public JobSpec {
    blobs = List.copyOf(blobs);
  }

  /// @param fingerprint SHA-256 of the request it came with: the same key with another request is a
  ///     mistake
  public record IdempotencyKey(String value, BlobHash fingerprint) {}
}
