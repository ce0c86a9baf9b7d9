package org.mycoswarm.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Documents for tests. A chunk is a paragraph; its vector says by hand what it is about.
final class Samples {
  static final IndexSettings SETTINGS = new IndexSettings("sha256:model", 4, "structure-1/200/20");
  static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456789Z");

  private Samples() {}

  /// Points in one direction of four, a little to the next.
  static float[] about(int direction, double aside) {
    float[] vector = new float[4];
    vector[direction] = 1;
    vector[(direction + 1) % 4] = (float) aside;
    return vector;
  }

  /// Every paragraph of the text, at blank lines, is a chunk about `direction`.
  static IndexedDocument document(String path, String text, int direction) {
    return document(path, text, direction, null, "text/plain", NOON);
  }

  static IndexedDocument document(
      String path,
      String text,
      int direction,
      @Nullable String title,
      String mediaType,
      Instant modified) {
    List<IndexedChunk> chunks = new ArrayList<>();
    int start = 0;
    for (String paragraph : text.isEmpty() ? new String[0] : text.split("\n\n", -1)) {
      int length = paragraph.codePointCount(0, paragraph.length());
      float[] vector = about(direction, chunks.size() / 100.0);
      chunks.add(chunk(chunks.size(), start, start + length, paragraph, vector));
      start += length + 2;
    }
    return new IndexedDocument(
        path,
        "content of " + text,
        mediaType,
        title,
        text.length(),
        modified,
        "blob of " + path,
        null,
        text,
        chunks);
  }

  static IndexedChunk chunk(int ordinal, int start, int end, String text, float[] vector) {
    return new IndexedChunk(
        ordinal, start, end, ordinal + 1, "Part > " + ordinal, text, "hash of " + text, vector);
  }
}
