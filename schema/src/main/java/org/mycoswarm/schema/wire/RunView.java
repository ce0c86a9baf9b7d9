package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run that brings a collection up to date.
///
/// @param state `running`, `succeeded`, `succeeded-with-failures`, `failed` or `cancelled`
/// @param reason why it failed as a whole
/// @param generation that it builds or keeps up to date
/// @param counts files by what became of them; complete when the run has ended
/// @param progress while it goes on
public record RunView(
    String run,
    String collection,
    String state,
    @Nullable String reason,
    int generation,
    Instant startedAt,
    @Nullable Instant endedAt,
    Map<String, Integer> counts,
    @Nullable Progress progress) {
  /// @param stage `scan`, `work` or `commit`
  /// @param documents whose files are new or changed, and how many of them are read and cut
  /// @param chunks known so far, how many of them had to be embedded, and how many of those are
  /// @param secondsLeft estimated; absent when nothing can be said yet
  public record Progress(
      String stage,
      int documents,
      int documentsRead,
      int chunks,
      int chunksToEmbed,
      int chunksEmbedded,
      @Nullable Long secondsLeft) {}
}
