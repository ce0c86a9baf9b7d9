package org.mycoswarm.inference;

import org.jspecify.annotations.Nullable;

/// A model, a tokenizer or the native runtime did not do what it must. Says what was expected.
public final class ModelFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// For those who compute elsewhere than in this process.
  public ModelFailure(String message) {
    this(message, null);
  }

  ModelFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
