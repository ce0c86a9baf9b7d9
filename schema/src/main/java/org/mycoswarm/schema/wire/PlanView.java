package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// How the swarm, as it is now, would run a model.
///
/// @param fits `whole`, `sharded` or `no`
/// @param reason in words
/// @param contextTokens and `sessions`: what memory was counted for
/// @param stages in their order; none when it does not fit
/// @param narrowest which stage takes longest
/// @param tokensPerSecond predicted, of one session alone
/// @param tokensPerSecondMany predicted, of many sessions together
/// @param missingBytes of memory, when it does not fit
public record PlanView(
    String model,
    String digest,
    String fits,
    String reason,
    int contextTokens,
    int sessions,
    List<PlanStage> stages,
    @Nullable Integer narrowest,
    @Nullable Double tokensPerSecond,
    @Nullable Double tokensPerSecondMany,
    @Nullable Long missingBytes) {
  public static final String WHOLE = "whole";
  public static final String SHARDED = "sharded";
  public static final String NO = "no";
}
