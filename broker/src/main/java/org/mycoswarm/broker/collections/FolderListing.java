package org.mycoswarm.broker.collections;

import java.time.Instant;
import java.util.List;

/// All of a folder that counts, as it was at one time.
///
/// @param scannedAt when the walk began
/// @param files in the order of their paths
/// @param leftOut what is there and was not taken
record FolderListing(Instant scannedAt, List<FolderFile> files, List<LeftOut> leftOut) {
  /// @param unreadable whether there may be something that could not be seen: what was indexed from
  ///     there before is kept then
  record LeftOut(String path, String reason, boolean unreadable) {}

  /// Whether a path that is not among the files may be there all the same.
  boolean mayHide(String path) {
    return leftOut.stream()
        .anyMatch(
            left ->
                left.unreadable()
                    && (path.equals(left.path()) || path.startsWith(left.path() + "/")));
  }
}
