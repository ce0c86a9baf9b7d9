package org.mycoswarm.node.work;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.mycoswarm.inference.Embedder;
import org.mycoswarm.inference.ModelFailure;
import org.mycoswarm.schema.wire.EmbedDetail;

/// The vectors of one task, in the order of its texts; as many at a time as the embedder likes.
final class Rows {
  private static final int REASON_CHARACTERS_MAX = 200;

  private final Embedder embedder;
  private final boolean partial;
  private final List<long[]> waiting = new ArrayList<>();
  private final List<float[]> vectors = new ArrayList<>();
  private final List<Integer> tokens = new ArrayList<>();
  private final Map<Integer, String> refused = new TreeMap<>();

  /// @param partial whether what cannot be embedded is refused by itself, or ends the task
  Rows(Embedder embedder, boolean partial) {
    this.embedder = embedder;
    this.partial = partial;
  }

  void add(String text) throws TaskFailed {
    take(embedder.ids(text));
  }

  /// @param ids tokens; the special ones are put around them where they are missing
  void add(long[] ids) throws TaskFailed {
    try {
      take(embedder.framed(ids));
    } catch (IllegalArgumentException e) {
      compute();
      tokens.add(ids.length);
      refuse(e);
    }
  }

  private void take(long[] ids) throws TaskFailed {
    tokens.add(ids.length);
    waiting.add(ids);
    if (waiting.size() >= embedder.textsAtOnce()) {
      compute();
    }
  }

  /// To be called after the last text.
  void end() throws TaskFailed {
    compute();
  }

  private void compute() throws TaskFailed {
    List<long[]> texts = List.copyOf(waiting);
    waiting.clear();
    if (texts.size() < 2 || !computeTogether(texts)) {
      for (long[] ids : texts) {
        compute(ids);
      }
    }
  }

  /// @return false when one of them cannot be embedded, and each has to show by itself which it is
  private boolean computeTogether(List<long[]> texts) throws TaskFailed {
    try {
      vectors.addAll(embedder.embedAll(texts));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    } catch (ModelFailure e) {
      throw failed(e);
    }
  }

  private TaskFailed failed(ModelFailure e) {
    return TaskFailed.retryable("Text %d: %s".formatted(vectors.size(), e.getMessage()));
  }

  private void compute(long[] ids) throws TaskFailed {
    try {
      vectors.add(embedder.embedIds(ids));
    } catch (IllegalArgumentException e) {
      refuse(e);
    } catch (ModelFailure e) {
      throw failed(e);
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
