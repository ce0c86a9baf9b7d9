package org.mycoswarm.schema.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What the broker has of its log: in the answer to `GET /api/v1`, and the answer to `POST
/// /api/v1/log/snapshot`.
///
/// @param first position of the first entry that is still there; 1 unless history was dropped
/// @param last position of the last durable entry
/// @param snapshot position of the newest snapshot, from which the next start goes on
/// @param snapshotAt when the last entry in it was decided
public record LogView(
    long first, long last, @Nullable Long snapshot, @Nullable Instant snapshotAt) {}
