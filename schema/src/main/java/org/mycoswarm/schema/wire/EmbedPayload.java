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
public record EmbedPayload(
    String model,
    @Nullable String chunks,
    @Nullable Integer from,
    @Nullable Integer to,
    @Nullable List<String> texts) {}
