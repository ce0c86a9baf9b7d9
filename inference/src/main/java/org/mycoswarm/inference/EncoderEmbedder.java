package org.mycoswarm.inference;

import java.nio.FloatBuffer;

/// What embedders with an encoder have in common, wherever it computes: its tokenizer, how long a
/// text may be, and how one vector is made of those of the tokens.
public abstract class EncoderEmbedder implements Embedder {
  private final Model model;
  private final Tokenizer tokenizer;
  private boolean closed;

  /// @param tokenizer closed with this
  protected EncoderEmbedder(Model model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  @Override
  public final float[] embed(String text) {
    return embedIds(ids(text));
  }

  @Override
  public final float[] embedIds(long[] ids) {
    requireFit(ids);
    return vector(tokenVectors(ids), ids.length);
  }

  /// One row of `dimension` numbers for each token.
  ///
  /// @throws IllegalArgumentException if there is no such token
  /// @throws ModelFailure if the model does not compute
  protected abstract FloatBuffer tokenVectors(long[] ids);

  /// @throws IllegalArgumentException if the model does not take so many tokens
  protected final void requireFit(long[] ids) {
    if (ids.length > model.tokensMax()) {
      throw new IllegalArgumentException(
          "Expected at most %d tokens, as the model '%s' takes, but the text has %d; cut it into chunks first"
              .formatted(model.tokensMax(), model.name(), ids.length));
    }
  }

  /// The vector of a text.
  ///
  /// @param rows those of its tokens
  /// @throws ModelFailure if they are no numbers
  protected final float[] vector(FloatBuffer rows, int tokens) {
    float[] vector =
        switch (model.pooling()) {
          case MEAN -> Vectors.mean(rows, tokens, model.dimension());
          case CLS -> Vectors.mean(rows, 1, model.dimension());
        };
    requireSound(vector);
    return model.normalize() ? Vectors.normalized(vector) : vector;
  }

  /// What is no number would be close to nothing, and nobody would know why.
  private void requireSound(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        throw new ModelFailure(
            "Expected numbers in the vector of the model '%s', but it computed %s; its weights are broken: replace them"
                .formatted(model.name(), value));
      }
    }
  }

  @Override
  public final long[] ids(String text) {
    return tokenizer.ids(text);
  }

  @Override
  public final long[] framed(long[] ids) {
    return tokenizer.framed(ids);
  }

  @Override
  public final int tokens(String text) {
    return tokenizer.count(text);
  }

  @Override
  public final Model model() {
    return model;
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      tokenizer.close();
    }
  }
}
