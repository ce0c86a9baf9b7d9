package org.mycoswarm.queue.log.files;

import java.util.Locale;

/// How much of the disk is kept free, and how much is held in reserve.
///
/// @param freeBytesMin submissions are refused below this many free bytes, 0 or more
/// @param freeShareMin and below this share of the whole disk, 0 to 0.5; the larger of the two
///     counts
/// @param ballastBytes the size of the ballast file, which is given up when the disk is about to be
///     full all the same, so that completions can still be written; 0 for none
public record ReserveSettings(long freeBytesMin, double freeShareMin, long ballastBytes) {
  public static final ReserveSettings DEFAULT = new ReserveSettings(512L << 20, 0.05, 64L << 20);

  public ReserveSettings {
    if (freeBytesMin < 0 || ballastBytes < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected freeBytesMin and ballastBytes of 0 or more, but they are %,d and %,d",
              freeBytesMin,
              ballastBytes));
    }
    if (!(freeShareMin >= 0 && freeShareMin <= 0.5)) {
      throw new IllegalArgumentException(
          "Expected freeShareMin from 0 to 0.5, but it is " + freeShareMin);
    }
  }

  /// The free bytes below which submissions are refused, on a disk of this size.
  long watermarkBytes(long totalBytes) {
    return Math.max(freeBytesMin, (long) (totalBytes * freeShareMin));
  }
}
