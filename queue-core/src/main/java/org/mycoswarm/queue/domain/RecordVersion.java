package org.mycoswarm.queue.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/// What a record says now. The queue itself makes nothing of it: records are what other parts of
/// the broker must not lose, such as collections and schedules.
///
/// @param version 1 for a record that is new, one more with each change; a record that was removed
///     begins with 1 again
/// @param json a JSON document
/// @param blobs that are kept as long as the record names them
public record RecordVersion(RecordId id, long version, String json, List<BlobHash> blobs) {
  public RecordVersion {
    blobs = List.copyOf(blobs);
  }

  /// What it takes of the room for records, in bytes.
  long bytes() {
    return bytes(json, blobs);
  }

  static long bytes(String json, List<BlobHash> blobs) {
    return json.getBytes(UTF_8).length + 64L * blobs.size();
  }
}
