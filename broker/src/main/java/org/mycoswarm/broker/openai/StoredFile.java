package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import org.mycoswarm.queue.domain.BlobHash;

/// A file that somebody uploaded, or that a batch made; its bytes are a blob.
///
/// @param createdAt in seconds since 1970
/// @param purpose `batch`, or `batch_output`
/// @param blob SHA-256 of its bytes
record StoredFile(
    String id, long bytes, long createdAt, String filename, String purpose, String blob) {
  static final String UPLOADED = "batch";
  static final String MADE = "batch_output";

  BlobHash hash() {
    return new BlobHash(blob);
  }

  JsonNode view() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("id", id)
        .put("object", "file")
        .put("bytes", bytes)
        .put("created_at", createdAt)
        .put("filename", filename)
        .put("purpose", purpose)
        .put("status", "processed");
  }
}
