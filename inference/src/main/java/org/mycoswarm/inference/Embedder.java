package org.mycoswarm.inference;

/// Turns texts into vectors. One thread at a time: make one per worker.
public interface Embedder extends AutoCloseable {

  /// The vector of this text. It depends on the text, the model and the kind of machine alone: the
  /// same call gives the same bits again, whatever was embedded before it.
  ///
  /// @throws IllegalArgumentException if the text has more tokens than the model takes: nothing is
  ///     ever cut off silently
  float[] embed(String text);

  /// The vector of a text by its tokens, special ones included: what [#ids] or [#framed] gave.
  ///
  /// @throws IllegalArgumentException as [#embed] does, and if there is no such token
  float[] embedIds(long[] ids);

  /// The tokens of a text, special ones included.
  long[] ids(String text);

  /// Tokens with the special ones around them, where they have none yet.
  long[] framed(long[] ids);

  /// How many tokens the model sees of this text, special tokens included.
  int tokens(String text);

  Model model();

  /// Closing twice is fine. Must not happen while another thread is in [#embed].
  @Override
  void close();
}
