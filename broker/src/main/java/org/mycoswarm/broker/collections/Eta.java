package org.mycoswarm.broker.collections;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// When the embedding of a run will be done, told from what was done so far.
///
/// @param elapsed since this process began to work on the run
/// @param before tokens that an earlier process had embedded when this one began
/// @param done tokens that are embedded, `before` among them
/// @param known tokens that have to be embedded, as far as files are read
/// @param read the part of the bytes to be read that is read, 0 to 1. The rest is thought to hold
///     as many tokens a byte
record Eta(Duration elapsed, long before, long done, long known, double read) {
  /// Below this part of the work nothing is said: the first tasks include the start of nodes.
  private static final double ENOUGH = 0.02;

  /// @return null when nothing can be said yet, or nothing has to be embedded
  @Nullable Long secondsLeft() {
    if (known == 0 || read <= 0) {
      return null;
    }
    double all = known / Math.min(read, 1);
    double mine = done - before;
    if (mine <= 0 || mine < ENOUGH * (all - before)) {
      return null;
    }
    return Math.round(elapsed.toMillis() / 1e3 * Math.max(0, all - done) / mine);
  }
}
