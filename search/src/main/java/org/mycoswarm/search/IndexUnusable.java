package org.mycoswarm.search;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// An index cannot be opened as it is. The message says what was expected, what is there, and what
/// to do.
public final class IndexUnusable extends IOException {
  private static final long serialVersionUID = 1L;

  IndexUnusable(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
