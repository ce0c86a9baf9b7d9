package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the next token is chosen. The random number of a position depends on the seed and the
/// position alone, so that doing a step again chooses the same.
///
/// @param tokensMax of the answer
/// @param temperature 0: always the likeliest token; 1 when absent
/// @param topP only the likeliest tokens that make up this share; 1 when absent
/// @param topK only so many of the likeliest; all when absent
/// @param seed the broker chooses one when absent
/// @param stop texts that end the answer and are not part of it
public record Sampling(
    int tokensMax,
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer topK,
    @Nullable Long seed,
    @Nullable List<String> stop) {}
