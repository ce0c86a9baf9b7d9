package org.mycoswarm.broker.pipelines;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// When the answer of a model must be complete. Immutable; any thread.
///
/// @param at the moment
/// @param model its name, for people
record Deadline(Instant at, String model, InstantSource clock) {
  /// @throws PipelineUnavailable when it is over
  void check() {
    if (isOver()) {
      throw new PipelineUnavailable(
          "Expected the answer of the model '%s' to be complete in time, but its stages were too slow or silent. Ask for fewer tokens, or when fewer ask"
              .formatted(model));
    }
  }

  boolean isOver() {
    return !clock.instant().isBefore(at);
  }

  /// What comes first, this or so much time.
  Instant orBefore(Duration max) {
    Instant other = clock.instant().plus(max);
    return other.isBefore(at) ? other : at;
  }

  /// So much time, but no more than is left.
  Duration left(Duration max) {
    Duration left = Duration.between(clock.instant(), orBefore(max));
    return left.isNegative() ? Duration.ZERO : left;
  }
}
