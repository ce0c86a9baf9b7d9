package org.mycoswarm.broker.embedding;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.embedding.EmbedInputs.Texts;
import org.mycoswarm.queue.log.BlobStore;
import org.mycoswarm.schema.wire.EmbedDetail;

/// Gives a few texts their vectors while a person waits: under 100 ms when a node is idle. What was
/// asked for lately is remembered. Thread-safe; calls block.
public final class QueryEmbedder {
  private static final Duration DIMENSION_WAIT = Duration.ofSeconds(5);

  private final UrgentEmbedding urgent;
  private final VectorBlobs blobs;
  private final RecentVectors recent = new RecentVectors();

  public QueryEmbedder(UrgentEmbedding urgent, BlobStore blobs) {
    this.urgent = urgent;
    this.blobs = new VectorBlobs(blobs);
  }

  /// How long the vectors of a model are: a node embeds a word for it.
  ///
  /// @param model digest
  /// @throws NoVector when none did within five seconds, and why
  public int dimension(String model) throws InterruptedException {
    return embed(model, "passage", List.of("word"), DIMENSION_WAIT).getFirst().length;
  }

  /// The vectors of some texts, in their order; they belong to the caller.
  ///
  /// @param model digest
  /// @param role `query` or `passage`: what the texts are to the model
  /// @param texts one or more
  /// @param wait how long at most, positive
  /// @throws NoVector when there are none, and why
  /// @throws InterruptedException when the caller is; the job is cancelled
  public List<float[]> embed(String model, String role, List<String> texts, Duration wait)
      throws InterruptedException {
    List<float @Nullable []> known = recent.find(model, role, texts);
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      if (known.get(i) == null && !missing.contains(texts.get(i))) {
        missing.add(texts.get(i));
      }
    }
    List<float[]> made =
        missing.isEmpty() ? List.of() : compute(model, new Texts(role, missing), wait);
    recent.keep(model, role, missing, made);
    List<float[]> all = new ArrayList<>(texts.size());
    for (int i = 0; i < texts.size(); i++) {
      float[] vector = known.get(i);
      all.add(vector == null ? made.get(missing.indexOf(texts.get(i))).clone() : vector);
    }
    return all;
  }

  private List<float[]> compute(String model, Texts texts, Duration wait)
      throws InterruptedException {
    List<EmbedDetail> details =
        urgent.embed(model, texts, UrgentEmbedding.PRIORITY_OF_PEOPLE, wait);
    for (EmbedDetail detail : details) {
      Map<Integer, String> refused = detail.refused();
      if (refused != null) {
        throw new NoVector(NoVector.Cause.TOO_LONG, refused.values().iterator().next());
      }
    }
    try {
      return blobs.all(details);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
