package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Embed every document of an uploaded folder.
///
/// @param manifest SHA-256 of the blob that lists the folder's files ([Manifest])
/// @param model name or digest (`sha256:...`) of the embedding model; the light default when absent
/// @param chunkTokens largest chunk in the model's own tokens, 16 to the model's limit; 200 when
///     absent
/// @param overlapTokens what a chunk repeats of the one before it at most, less than half of
///     `chunkTokens`; 20 when absent
public record EmbedFolder(
    String manifest,
    @Nullable String model,
    @Nullable Integer chunkTokens,
    @Nullable Integer overlapTokens) {}
