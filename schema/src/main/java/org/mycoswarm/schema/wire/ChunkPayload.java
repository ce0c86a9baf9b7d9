package org.mycoswarm.schema.wire;

/// Payload of a `chunk` task. Its result asks for the `embed` tasks.
///
/// @param path of the document in its folder
/// @param blob SHA-256 of the document's bytes
/// @param model digest of the embedding model, whose tokenizer counts
public record ChunkPayload(
    String path, String blob, String model, int chunkTokens, int overlapTokens) {}
