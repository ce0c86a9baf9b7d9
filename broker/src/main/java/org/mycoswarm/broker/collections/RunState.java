package org.mycoswarm.broker.collections;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A run, as the log has it.
///
/// @param cause who began it, when that was no person: a schedule's run
/// @param state `running`, `succeeded`, `succeeded-with-failures`, `failed` or `cancelled`
/// @param manifest blob with the files of an uploaded folder; null when the folder is on this
///     machine
/// @param plan blob of the [RunPlan]; null until the folder was looked at
/// @param report blob of the report; null until it has ended
record RunState(
    String id,
    @Nullable String cause,
    String state,
    @Nullable String reason,
    int generation,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String manifest,
    boolean audit,
    boolean allowEmpty,
    @Nullable String plan,
    @Nullable String report,
    Map<String, Integer> counts) {
  static final String RUNNING = "running";

  boolean isRunning() {
    return state.equals(RUNNING);
  }

  RunState planned(String plan) {
    return new RunState(
        id,
        cause,
        state,
        reason,
        generation,
        startedAt,
        endedAt,
        manifest,
        audit,
        allowEmpty,
        plan,
        report,
        counts);
  }

  RunState ended(
      String state,
      @Nullable String reason,
      Instant at,
      @Nullable String report,
      Map<String, Integer> counts) {
    return new RunState(
        id,
        cause,
        state,
        reason,
        generation,
        startedAt,
        at,
        manifest,
        audit,
        allowEmpty,
        plan,
        report,
        counts);
  }
}
