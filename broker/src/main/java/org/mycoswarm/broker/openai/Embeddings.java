package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.api.KnownModels;
import org.mycoswarm.broker.api.ModelCatalogue.Model;
import org.mycoswarm.broker.api.ProblemException;
import org.mycoswarm.broker.embedding.UrgentEmbedding;
import org.mycoswarm.schema.wire.EmbedDetail;

/// Has the inputs of one request embedded, spread over the nodes. Thread-safe; calls block.
public final class Embeddings {
  /// Programs for this interface wait for ten minutes.
  private static final Duration WAIT = Duration.ofMinutes(9);

  /// @param made by the tasks, in the order of the inputs
  record Answer(EmbeddingsRequest request, Model model, List<EmbedDetail> made) {
    long tokens() {
      return made.stream().mapToLong(Embeddings::tokens).sum();
    }
  }

  private final UrgentEmbedding urgent;
  private final KnownModels models;

  public Embeddings(UrgentEmbedding urgent, KnownModels models) {
    this.urgent = urgent;
    this.models = models;
  }

  /// @throws OpenAiError when the request is not in order, or an input is over the model's limit
  /// @throws org.mycoswarm.broker.embedding.NoVector when the nodes cannot now
  Answer answer(JsonNode body) throws InterruptedException {
    EmbeddingsRequest request = EmbeddingsRequest.of(body);
    Model model = model(models, request.model());
    if (model.dimension() > 0) {
      requireDimensions(request, model.dimension());
    }
    List<EmbedDetail> made =
        urgent.embed(model.digest(), request.inputs(), UrgentEmbedding.PRIORITY_OF_PROGRAMS, WAIT);
    int from = 0;
    for (EmbedDetail detail : made) {
      requireDimensions(request, detail.dimension());
      requireAll(detail, from);
      from += detail.rows();
    }
    return new Answer(request, model, made);
  }

  /// @throws OpenAiError 404
  static Model model(KnownModels models, String name) {
    try {
      return models.find(name);
    } catch (ProblemException e) {
      throw new OpenAiError(
          404,
          "The model '%s' does not exist or no node has it. %s"
              .formatted(name.substring(0, Math.min(100, name.length())), e.detail()),
          "model",
          "model_not_found");
    }
  }

  static void requireDimensions(EmbeddingsRequest request, int found) {
    Integer wanted = request.dimensions();
    if (wanted != null && wanted != found) {
      throw OpenAiError.invalid(
          "dimensions",
          "Expected %d in 'dimensions', which is what the model '%s' has, but it is %d; its vectors cannot be shortened"
              .formatted(found, request.model(), wanted));
    }
  }

  /// @param from number of the task's first input
  private static void requireAll(EmbedDetail detail, int from) {
    Map<Integer, String> refused = Objects.requireNonNullElse(detail.refused(), Map.of());
    if (!refused.isEmpty()) {
      int row = refused.keySet().iterator().next();
      throw refused(detail, row, "input[%d]".formatted(from + row));
    }
  }

  /// Why one input has no vector.
  static OpenAiError refused(EmbedDetail detail, int row, String name) {
    List<Integer> tokens = detail.tokens();
    Integer max = detail.tokensMax();
    if (tokens != null && max != null && row < tokens.size() && tokens.get(row) > max) {
      return new OpenAiError(
          400,
          "This model's maximum context length is %d tokens, but '%s' has %d; nothing is ever cut. Split the text"
              .formatted(max, name, tokens.get(row)),
          "input",
          "context_length_exceeded");
    }
    String reason = reason(detail, row);
    return OpenAiError.invalid("input", "'%s' cannot be embedded: %s".formatted(name, reason));
  }

  static @Nullable String reason(EmbedDetail detail, int row) {
    Map<Integer, String> refused = detail.refused();
    return refused == null ? null : refused.get(row);
  }

  static long tokens(EmbedDetail detail) {
    List<Integer> tokens = Objects.requireNonNullElse(detail.tokens(), List.of());
    return tokens.stream().mapToLong(count -> count).sum();
  }
}
