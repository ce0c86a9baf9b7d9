package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Payload of an `embed` task: either lines of a chunks blob, or texts.
///
/// @param model digest
/// @param chunks SHA-256 of the blob of [ChunkLine]s
/// @param from first line, counted from 0
/// @param to one past the last line
/// @param texts instead of `chunks`: the texts themselves
/// @param role `passage` (when absent too) or `query`: the model's prefix for it is put before each
///     text
public record EmbedPayload(
    String model,
    @Nullable String chunks,
    @Nullable Integer from,
    @Nullable Integer to,
    @Nullable List<String> texts,
    @Nullable String role) {
  public static final String PASSAGE = "passage";
  public static final String QUERY = "query";

  /// @param role [#PASSAGE] or [#QUERY]
  public static EmbedPayload ofTexts(String model, String role, List<String> texts) {
    return new EmbedPayload(model, null, null, null, texts, role);
  }

  /// @param to one past the last line
  public static EmbedPayload ofLines(String model, String chunks, int from, int to) {
    return new EmbedPayload(model, chunks, from, to, null, null);
  }
}
