package org.mycoswarm.broker.collections;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.queue.domain.BlobHash;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChunkLine;

/// Reads the blobs that nodes make of a document.
final class Chunked {
  private Chunked() {}

  /// @throws IOException when the blob is not here, damaged, or holds something else
  static List<ChunkLine> lines(BlobStore blobs, String blob) throws IOException {
    List<ChunkLine> lines = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(open(blobs, blob), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(Json.LENIENT.readValue(line, ChunkLine.class));
      }
    }
    return lines;
  }

  static <T> T json(BlobStore blobs, String blob, Class<T> type) throws IOException {
    try (InputStream in = open(blobs, blob)) {
      return Json.LENIENT.readValue(in.readAllBytes(), type);
    }
  }

  /// What names a chunk among all that its model embeds.
  static String hash(ChunkLine line) {
    return Sha256.of(line.embedded());
  }

  private static InputStream open(BlobStore blobs, String blob) throws IOException {
    return blobs
        .open(new BlobHash(blob))
        .orElseThrow(
            () ->
                new IOException(
                    "Expected blob '%s' in the store, but it is not there".formatted(blob)));
  }
}
