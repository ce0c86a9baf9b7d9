package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of `POST /api/v1/collections/{name}/search`.
///
/// @param query what is looked for, 1 to 2,000 characters
/// @param mode `hybrid` (when absent), `dense` (by meaning alone) or `text` (by words alone)
/// @param limit documents at most, 1 to 100; 10 when absent
/// @param path only documents whose path matches this pattern: `*` within a folder, `**` across
/// @param mediaTypes only documents of these types
/// @param modifiedFrom only documents changed at or after this
/// @param modifiedTo only documents changed before this
/// @param exact true compares with every vector, which is slower and finds the very nearest
public record SearchRequest(
    String query,
    @Nullable String mode,
    @Nullable Integer limit,
    @Nullable String path,
    @Nullable List<String> mediaTypes,
    @Nullable Instant modifiedFrom,
    @Nullable Instant modifiedTo,
    @Nullable Boolean exact) {}
