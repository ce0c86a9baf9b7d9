package org.mycoswarm.schema.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run did: every file of the folder is in it exactly once, and so is every one that was
/// there before.
///
/// @param counts files by `change`
/// @param chunksEmbedded texts that had to be embedded; every other vector was known
/// @param indexWrites documents written to or deleted from the index
/// @param nodes who worked on it
/// @param documents searchable ones at its end
/// @param files those that are unchanged are only counted
public record RunReport(
    String run,
    String collection,
    String state,
    @Nullable String reason,
    int generation,
    String model,
    Instant startedAt,
    Instant endedAt,
    Map<String, Integer> counts,
    int chunksEmbedded,
    int indexWrites,
    List<NodeWork> nodes,
    int documents,
    int chunks,
    List<FileOutcome> files) {
  /// @param name of the node, as it registered
  public record NodeWork(String node, String name, int tasks, Map<String, Long> totals) {}

  /// @param change `added`, `changed`, `moved`, `removed`, `unchanged`, `failed`, `skipped`, or
  ///     `pending` when the run ended before it
  /// @param from where a moved file was, or where the same content was known from
  /// @param note how it was read, when that was not plain
  /// @param failure why it failed or was skipped
  public record FileOutcome(
      String path,
      String change,
      @Nullable String sha256,
      int chunks,
      @Nullable String from,
      @Nullable String note,
      @Nullable Failure failure) {}

  /// @param stage `read`, `parse`, `chunk`, `embed` or `folder`
  /// @param error a word for programs: `empty`, `unsupported`, `broken`, `locked`, `timeout`,
  ///     `too-large`, `buried`, `cancelled`, `unreadable`, `left-out`, `changed-meanwhile` or
  ///     `other-chunker`
  /// @param type what the parser itself calls the error, where one failed
  /// @param retryable whether the next run tries again though the file is as it was
  /// @param servesOlder whether an older form of the file can still be found
  public record Failure(
      String stage,
      String error,
      @Nullable String type,
      String message,
      boolean retryable,
      boolean servesOlder) {
    public Failure(
        String stage, String error, String message, boolean retryable, boolean servesOlder) {
      this(stage, error, null, message, retryable, servesOlder);
    }
  }
}
