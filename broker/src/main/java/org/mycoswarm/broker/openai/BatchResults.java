package org.mycoswarm.broker.openai;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.embedding.VectorBlobs;
import org.mycoswarm.broker.openai.BatchPlan.Placed;
import org.mycoswarm.broker.openai.BatchPlan.Slice;
import org.mycoswarm.broker.projection.ResultTables.Made;
import org.mycoswarm.broker.results.NpyReader;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.EmbedDetail;

/// What the tasks of one job of a batch made, request by request. For one thread, and for requests
/// in their order.
final class BatchResults {
  /// A request that was answered.
  ///
  /// @param vectors floats, little end first
  record Answer(List<byte[]> vectors, long tokens) {}

  /// A request that was not.
  static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1;
    private final @Nullable OpenAiError error;
    private final String code;

    /// @param error what the request was answered with, or null when it was not answered at all
    /// @param code why not
    Unanswered(@Nullable OpenAiError error, String code, String message) {
      super(message, null, false, false);
      this.error = error;
      this.code = code;
    }

    @Nullable OpenAiError error() {
      return error;
    }

    String code() {
      return code;
    }

    String message() {
      return String.valueOf(getMessage());
    }
  }

  private record Rows(EmbedDetail detail, List<byte[]> vectors) {}

  private final Map<Integer, Made> made = new HashMap<>();
  private final Map<Integer, Rows> read = new HashMap<>();
  private final VectorBlobs blobs;
  private final String unfinished;

  /// @param made the tasks of the job
  /// @param unfinished code for requests whose tasks neither succeeded nor failed
  BatchResults(List<Made> made, VectorBlobs blobs, String unfinished) {
    made.forEach(task -> this.made.put(task.number(), task));
    this.blobs = blobs;
    this.unfinished = unfinished;
  }

  /// @throws IOException when a blob is missing or not what its task said
  Answer answer(Placed placed) throws IOException, Unanswered {
    EmbeddingsRequest request = placed.line().request();
    if (request == null) {
      OpenAiError error = Objects.requireNonNull(placed.line().error());
      throw refused(error);
    }
    List<byte[]> vectors = new ArrayList<>();
    long tokens = 0;
    for (Slice slice : placed.slices()) {
      read.keySet().removeIf(task -> task < slice.task());
      Rows rows = rows(slice.task());
      check(request, rows.detail(), slice, vectors.size());
      vectors.addAll(rows.vectors().subList(slice.row(), slice.row() + slice.rows()));
      tokens += tokens(rows.detail(), slice);
    }
    return new Answer(vectors, tokens);
  }

  private static long tokens(EmbedDetail detail, Slice slice) {
    List<Integer> tokens = detail.tokens();
    return tokens == null
        ? 0
        : tokens.subList(slice.row(), slice.row() + slice.rows()).stream()
            .mapToLong(count -> count)
            .sum();
  }

  /// @param before inputs of the request in other tasks
  private static void check(EmbeddingsRequest request, EmbedDetail detail, Slice slice, int before)
      throws Unanswered {
    try {
      Embeddings.requireDimensions(request, detail.dimension());
    } catch (OpenAiError e) {
      throw refused(e);
    }
    for (int i = 0; i < slice.rows(); i++) {
      if (Embeddings.reason(detail, slice.row() + i) != null) {
        throw refused(
            Embeddings.refused(detail, slice.row() + i, "input[%d]".formatted(before + i)));
      }
    }
  }

  private static Unanswered refused(OpenAiError error) {
    return new Unanswered(error, "invalid_request", error.message());
  }

  private Rows rows(int number) throws IOException, Unanswered {
    Rows known = read.get(number);
    if (known != null) {
      return known;
    }
    Made task = made.get(number);
    String result = task == null ? null : task.result();
    if (task == null || result == null || !task.state().equals("succeeded")) {
      throw notMade(task);
    }
    EmbedDetail detail = Json.LENIENT.readValue(result, EmbedDetail.class);
    List<byte[]> vectors = new ArrayList<>(detail.rows());
    try (NpyReader npy = blobs.open(detail)) {
      for (int i = 0; i < detail.rows(); i++) {
        vectors.add(npy.rowBytes());
      }
    }
    Rows rows = new Rows(detail, vectors);
    read.put(number, rows);
    return rows;
  }

  private Unanswered notMade(@Nullable Made task) {
    if (task != null && task.state().equals("buried")) {
      String reason = "The nodes failed: " + task.reason();
      return new Unanswered(new OpenAiError(500, reason, null, null), "server_error", reason);
    }
    return new Unanswered(
        null, unfinished, "This request was not executed before the batch ended: " + unfinished);
  }
}
