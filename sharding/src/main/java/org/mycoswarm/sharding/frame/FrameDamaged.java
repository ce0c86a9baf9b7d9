package org.mycoswarm.sharding.frame;

/// Bytes that came as a frame are not one. The connection they came over should be closed: what
/// follows on it cannot be trusted either.
public final class FrameDamaged extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FrameDamaged(String sentence) {
    super(sentence);
  }

  FrameDamaged(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
