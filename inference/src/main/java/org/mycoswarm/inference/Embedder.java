package org.mycoswarm.inference;

import java.util.List;

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

  /// The vectors of several texts by their tokens, in their order, each as [#embedIds] gives it.
  ///
  /// @param texts [#textsAtOnce] of them at most
  /// @throws IllegalArgumentException if one of them cannot be embedded; then none is
  default List<float[]> embedAll(List<long[]> texts) {
    return texts.stream().map(this::embedIds).toList();
  }

  /// How many texts at a time it is quickest with.
  default int textsAtOnce() {
    return 1;
  }

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
