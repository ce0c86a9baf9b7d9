package org.mycoswarm.schema.wire;

import org.jspecify.annotations.Nullable;

/// What a stage is told when a session begins. It reserves the cache at once, or refuses with 507.
///
/// @param tokensMax positions to reserve: prompt and answer together
/// @param promptTokens how many of them are the prompt
/// @param sampling for the last stage
public record StageOpen(int tokensMax, int promptTokens, @Nullable Sampling sampling) {}
