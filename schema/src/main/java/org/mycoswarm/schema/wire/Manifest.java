package org.mycoswarm.schema.wire;

import java.util.List;

/// The files of a folder, and those that were left out with the reason. Kept as a blob, so that its
/// hash names the folder as it was.
public record Manifest(List<FileEntry> files, List<SkippedFile> skipped) {
  /// @param path relative to the folder, with `/` between names
  public record FileEntry(String path, String sha256, long size) {}

  public record SkippedFile(String path, String reason) {}
}
