package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Payload of a `chunk` task.
///
/// @param path of the document in its folder
/// @param blob SHA-256 of the document's bytes
/// @param model digest of the embedding model, whose tokenizer counts
/// @param embed whether the result asks for the `embed` tasks; true when absent. When false the
///     result names a blob with the document's text instead
/// @param text SHA-256 of a [DocumentText] that was made of the document before: `blob` is not read
///     again then
/// @param chunker version of what cuts the document, when all of its collection is to be cut alike:
///     a
///     node that has another one gives the task back
public record ChunkPayload(
    String path,
    String blob,
    String model,
    int chunkTokens,
    int overlapTokens,
    @Nullable Boolean embed,
    @Nullable String text,
    @Nullable String chunker) {
  /// Version of the chunker that this release comes with.
  public static final String CHUNKER = "2";
}
