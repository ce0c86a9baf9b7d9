package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Body of `POST /api/v1/collections/{name}/ask`.
///
/// @param question 1 to 2,000 characters
/// @param model name or digest of the model that answers; any that can be had when absent
/// @param limit passages that the model gets to read at most, 1 to 20; 6 when absent
/// @param path only documents whose path matches this pattern: `*` within a folder, `**` across
/// @param mediaTypes only documents of these types
/// @param tokensMax of the answer, 1 to 4,096; 512 when absent
public record AskRequest(
    String question,
    @Nullable String model,
    @Nullable Integer limit,
    @Nullable String path,
    @Nullable List<String> mediaTypes,
    @Nullable Integer tokensMax) {}
