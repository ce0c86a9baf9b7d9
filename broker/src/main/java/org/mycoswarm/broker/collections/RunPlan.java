package org.mycoswarm.broker.collections;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.RunReport.Failure;

/// What a run is going to do, decided once from the folder and the index as they were, so that a
/// run that goes on after a crash does the same.
///
/// @param contents SHA-256 of what the nodes have to read and cut, in the order of their tasks
/// @param removed paths that are in the index and not in the folder any more
record RunPlan(
    Instant scannedAt,
    List<Planned> files,
    List<Content> contents,
    List<String> removed,
    List<FolderListing.LeftOut> leftOut) {
  /// @param change what the report will call it when all goes well
  /// @param from where a moved file was, or where the same content is indexed
  /// @param known why an earlier run could not index this content, when trying again is useless
  record Planned(FolderFile file, Change change, @Nullable String from, @Nullable Failure known) {}

  /// @param path of the first file with that content
  /// @param text blob of its text when an earlier generation has it, so that nobody reads the file
  ///     again
  record Content(String sha256, String path, long bytes, @Nullable String text) {}

  /// What became of a file.
  enum Change {
    ADDED,
    CHANGED,
    MOVED,
    /// The content is as it was; what else is known of the file is not.
    TOUCHED,
    UNCHANGED
  }
}
