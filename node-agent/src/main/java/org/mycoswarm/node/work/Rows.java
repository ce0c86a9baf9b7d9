package org.mycoswarm.node.work;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mycoswarm.inference.Embedder;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.schema.wire.EmbedDetail;

/// The vectors of one task, one after the other.
final class Rows {
  private static final int REASON_CHARACTERS_MAX = 200;

  private final Embedder embedder;
  private final boolean partial;
  private final List<float[]> vectors = new ArrayList<>();
  private final List<Integer> tokens = new ArrayList<>();
  private final Map<Integer, String> refused = new TreeMap<>();

  /// @param partial whether what cannot be embedded is refused by itself, or ends the task
  Rows(Embedder embedder, boolean partial) {
    this.embedder = embedder;
    this.partial = partial;
  }

  void add(String text) throws TaskFailed {
    compute(embedder.ids(text));
  }

  /// @param ids tokens; the special ones are put around them where they are missing
  void add(long[] ids) throws TaskFailed {
    try {
      compute(embedder.framed(ids));
    } catch (IllegalArgumentException e) {
      tokens.add(ids.length);
      refuse(e);
    }
  }

  private void compute(long[] ids) throws TaskFailed {
    tokens.add(ids.length);
    try {
      vectors.add(embedder.embedIds(ids));
    } catch (IllegalArgumentException e) {
      refuse(e);
    } catch (ModelFailure e) {
      throw TaskFailed.retryable("Text %d: %s".formatted(vectors.size(), e.getMessage()));
    }
  }

  private void refuse(IllegalArgumentException e) throws TaskFailed {
    String reason = String.valueOf(e.getMessage());
    if (!partial) {
      throw TaskFailed.forGood("Text %d: %s".formatted(vectors.size(), reason));
    }
    int end = Math.min(reason.length(), REASON_CHARACTERS_MAX);
    refused.put(vectors.size(), reason.substring(0, end));
    vectors.add(new float[embedder.model().dimension()]);
  }

  List<float[]> vectors() {
    return Collections.unmodifiableList(vectors);
  }

  /// Of all inputs together.
  long tokens() {
    return tokens.stream().mapToLong(count -> count).sum();
  }

  /// @param blob SHA-256 of the vectors
  EmbedDetail detail(String blob, String device) {
    int dimension = embedder.model().dimension();
    return partial
        ? new EmbedDetail(
            blob,
            vectors.size(),
            dimension,
            device,
            tokens,
            embedder.model().tokensMax(),
            refused.isEmpty() ? null : refused)
        : new EmbedDetail(blob, vectors.size(), dimension, device);
  }
}
