package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// Body of `POST /api/v1/collections/{name}/runs`: bring a collection up to date with a folder.
/// What is absent is as it was in the run before, or as usual in the first one.
///
/// @param folder absolute path of a folder on the broker's machine
/// @param manifest instead of `folder`: SHA-256 of the blob that lists an uploaded folder's files
///     ([Manifest])
/// @param model name or digest of the embedding model. Another one than before builds a new
///     generation beside the one that serves, and switches to it at the end
/// @param chunkTokens largest chunk in the model's own tokens; another one than before builds a new
///     generation
/// @param overlapTokens what a chunk repeats of the one before it at most; likewise
/// @param audit true reads every file of the folder again, instead of trusting size, time and
///     identity where they are as before
/// @param allowEmpty true lets a folder without any file empty the collection; otherwise the run
///     fails, because an empty folder is mostly a disk that is not there
public record IndexRequest(
    @Nullable String folder,
    @Nullable String manifest,
    @Nullable String model,
    @Nullable Integer chunkTokens,
    @Nullable Integer overlapTokens,
    @Nullable Boolean audit,
    @Nullable Boolean allowEmpty) {}
