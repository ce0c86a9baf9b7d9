package org.mycoswarm.schema.wire;

/// Payload of a `shard-forward` task: the right to be one stage of a pipeline while the lease
/// lasts.
///
/// @param pipeline its id
/// @param stage which of them, counted from 0
/// @param stages how many there are
/// @param epoch rises whenever the stage is given to a node; frames of an older one are refused
/// @param manifest SHA-256 of the blob with the [StageManifest]
public record StagePayload(String pipeline, int stage, int stages, long epoch, String manifest) {}
