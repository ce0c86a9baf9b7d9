package org.mycoswarm.sharding.graph;

/// A model's files are broken, or not of a kind that can be cut. The message is a sentence for the
/// person who offered the model.
public final class ModelRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelRefused(String sentence) {
    super(sentence);
  }

  ModelRefused(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
