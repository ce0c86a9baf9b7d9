package org.mycoswarm.broker.pipelines;

import org.mycoswarm.broker.models.ModelRecord;

/// What memory a stage is given besides its weights.
///
/// @param contextTokens of the longest session
/// @param sessions of that length at a time; of shorter ones there may be more
record StageRoom(int contextTokens, int sessions) {
  /// What computing itself takes, and the process.
  static final long WORKING_BYTES = 64L << 20;

  private static final int CONTEXT_MAX = 4_096;
  private static final int SESSIONS = 8;

  static StageRoom of(ModelRecord model) {
    return new StageRoom(Math.min(model.contextTokens(), CONTEXT_MAX), SESSIONS);
  }

  long cacheBytes(long bytesPerToken) {
    return bytesPerToken * contextTokens * sessions;
  }
}
