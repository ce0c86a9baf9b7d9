package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Payload of an `embed` task: either lines of a chunks blob, or texts, or texts as tokens.
///
/// @param model digest
/// @param chunks SHA-256 of the blob of [ChunkLine]s
/// @param from first line, counted from 0
/// @param to one past the last line
/// @param texts instead of `chunks`: the texts themselves
/// @param role `passage` (when absent too) or `query`: the model's prefix for it is put before each
///     text; or `plain`: the text is taken as it is
/// @param ids instead of `texts`: for each its tokens, as the model's own tokenizer numbers them.
///     The special tokens are put around them where they are missing; there is no prefix
/// @param partial whether an input that cannot be embedded, as one with too many tokens, is refused
///     by itself; absent or false: the task fails with it
public record EmbedPayload(
    String model,
    @Nullable String chunks,
    @Nullable Integer from,
    @Nullable Integer to,
    @Nullable List<String> texts,
    @Nullable String role,
    @Nullable List<List<Integer>> ids,
    @Nullable Boolean partial) {
  public static final String PASSAGE = "passage";
  public static final String QUERY = "query";
  public static final String PLAIN = "plain";

  /// @param role [#PASSAGE], [#QUERY] or [#PLAIN]
  public static EmbedPayload ofTexts(String model, String role, List<String> texts) {
    return new EmbedPayload(model, null, null, null, texts, role, null, null);
  }

  public static EmbedPayload ofTokens(String model, List<List<Integer>> ids) {
    return new EmbedPayload(model, null, null, null, null, PLAIN, ids, null);
  }

  /// The same, where an input that cannot be embedded is refused by itself.
  public EmbedPayload inParts() {
    return new EmbedPayload(model, chunks, from, to, texts, role, ids, true);
  }

  /// @param to one past the last line
  public static EmbedPayload ofLines(String model, String chunks, int from, int to) {
    return new EmbedPayload(model, chunks, from, to, null, null, null, null);
  }
}
