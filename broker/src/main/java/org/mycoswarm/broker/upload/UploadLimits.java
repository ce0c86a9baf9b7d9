package org.mycoswarm.broker.upload;

/// What one archive may hold.
///
/// @param documentBytesMax the largest file; a larger one is skipped, with the reason
/// @param uploadBytesMax all files together, unpacked, in bytes
/// @param uploadFilesMax files, and entries that are skipped
public record UploadLimits(long documentBytesMax, long uploadBytesMax, int uploadFilesMax) {
  /// Entries of all sorts, directories too: an archive of nothing but those must end as well.
  int entriesMax() {
    return Math.clamp(uploadFilesMax * 4L + 1_000, 0, Integer.MAX_VALUE);
  }
}
