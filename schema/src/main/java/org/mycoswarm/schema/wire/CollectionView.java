package org.mycoswarm.schema.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A collection: a folder that can be searched.
///
/// @param folder on the broker's machine; absent when its files were uploaded
/// @param model digest of the embedding model of the generation that serves
/// @param generation which complete build of the index serves; 0 before the first run has ended
/// @param previous the generation that served before, to which one can go back
/// @param documents searchable ones
/// @param bytes of the index on disk; 0 with `asOf`, as nobody noted them
/// @param run the run that goes on, or else the last one
public record CollectionView(
    String name,
    @Nullable String folder,
    String model,
    @Nullable String modelName,
    int chunkTokens,
    int overlapTokens,
    int generation,
    @Nullable Integer previous,
    int documents,
    int chunks,
    long bytes,
    @Nullable RunView run,
    @Nullable Instant updatedAt) {}
