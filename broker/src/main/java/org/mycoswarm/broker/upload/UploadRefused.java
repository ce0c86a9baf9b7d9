package org.mycoswarm.broker.upload;

import java.io.IOException;

/// The archive was not taken. Files of it that were stored already belong to no job and are deleted
/// later.
public final class UploadRefused extends IOException {
  private static final long serialVersionUID = 1;

  public enum Why {
    /// It is no tar, tar.gz or zip.
    UNSUPPORTED,
    /// It is larger than one archive may be.
    TOO_LARGE,
    /// It is damaged or ends too early.
    UNREADABLE
  }

  private final Why why;

  private UploadRefused(Why why, String message) {
    super(message);
    this.why = why;
  }

  public Why why() {
    return why;
  }

  static UploadRefused unsupported(String found) {
    return new UploadRefused(
        Why.UNSUPPORTED,
        "Expected a tar, tar.gz or zip archive, but %s; nothing was taken. Send 'tar -cz FOLDER'"
            .formatted(found));
  }

  static UploadRefused tooLarge(String what, long max) {
    return new UploadRefused(
        Why.TOO_LARGE,
        "Expected an archive of at most %,d %s, but there are more; nothing was taken. Send it in parts"
            .formatted(max, what));
  }

  static UploadRefused unreadable(String found) {
    return new UploadRefused(
        Why.UNREADABLE,
        "Expected a whole archive, but %s; nothing was taken. Make it anew and send it again"
            .formatted(found));
  }
}
