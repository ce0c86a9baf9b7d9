package org.mycoswarm.node.client;

import java.util.Locale;

/// A blob is larger than the reader takes; it was not read.
public final class BlobTooLarge extends Exception {
  private static final long serialVersionUID = 1;

  private final long bytes;

  BlobTooLarge(String sha256, long bytes, long bytesMax) {
    super(
        String.format(
            Locale.ROOT,
            "Expected a blob of at most %d bytes, but '%s' has %d",
            bytesMax,
            sha256,
            bytes));
    this.bytes = bytes;
  }

  /// Its size, as the broker says.
  public long bytes() {
    return bytes;
  }
}
