package org.mycoswarm.reader;

import java.util.Locale;
import org.apache.tika.exception.EncryptedDocumentException;
import org.mycoswarm.inference.Unreadable;

/// Tells what a parser threw in the words of a report.
final class Failures {
  private static final int WORDS_MAX = 300;

  private Failures() {}

  static Unreadable told(Throwable thrown) {
    for (Throwable e = thrown; e != null; e = e.getCause()) {
      if (e instanceof EncryptedDocumentException) {
        return Unreadable.locked("Expected a document that opens, but it wants a password");
      }
      if (e instanceof TooMuchText || bomb(e)) {
        return Unreadable.tooLarge(
            "Expected a document of ordinary size when unpacked, but: " + words(e));
      }
    }
    Throwable root = root(thrown);
    return Unreadable.broken(
        "Expected a whole document, but its parser failed: " + words(root),
        root.getClass().getName());
  }

  /// The libraries have no class for it.
  private static boolean bomb(Throwable e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("zip bomb") || message.contains("maximum allowed size");
  }

  private static Throwable root(Throwable thrown) {
    Throwable root = thrown;
    for (Throwable e = thrown.getCause(); e != null; e = e.getCause()) {
      root = e;
    }
    return root;
  }

  private static String words(Throwable e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    String line = message.strip().lines().findFirst().orElse(e.getClass().getSimpleName());
    return line.length() <= WORDS_MAX ? line : line.substring(0, WORDS_MAX) + "\u2026";
  }
}
