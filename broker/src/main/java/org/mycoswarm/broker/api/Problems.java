package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.openai.OpenAiError;
import org.mycoswarm.queue.domain.Rejection;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.Problem;

/// Problem documents (RFC 9457), and which of them a rejection of the queue becomes.
public final class Problems {
  public static final String MEDIA_TYPE = "application/problem+json";

  private Problems() {}

  /// Of what comes back for a path: programs that speak OpenAI's interface understand its errors
  /// only.
  public static String mediaType(@Nullable String path) {
    return OpenAiError.isFor(path) ? "application/json" : MEDIA_TYPE;
  }

  /// @param status usually the type's own; another where a library chose a finer one of the same
  ///     meaning
  /// @param instance path of the request, without its query: that may hold a token
  public static byte[] json(
      ProblemType type, int status, String detail, @Nullable String instance) {
    if (OpenAiError.isFor(instance)) {
      return OpenAiError.of(status, detail).json();
    }
    try {
      return Json.LENIENT.writeValueAsBytes(
          new Problem(type.uri(), type.title(), status, detail, instance));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Expected a record of texts to have a JSON form", e);
    }
  }

  /// A problem inside an answer that is about more than one thing.
  static Problem view(ProblemException e) {
    return new Problem(e.type().uri(), e.type().title(), e.type().status(), e.detail(), null);
  }

  static ProblemException of(Rejection why) {
    return switch (why) {
      case Rejection.LeaseNotHeld _ -> problem(ProblemType.LEASE_NOT_HELD, why);
      case Rejection.KeyReused _ -> problem(ProblemType.KEY_REUSED, why);
      case Rejection.TooLarge _ -> problem(ProblemType.TOO_LARGE, why);
      case Rejection.OutOfOrder _, Rejection.AfterLast _, Rejection.RecordsFull _ ->
          problem(ProblemType.UNPROCESSABLE, why);
      case Rejection.RecordChanged _ -> problem(ProblemType.RECORD_CHANGED, why);
      case Rejection.NodeUnknown _, Rejection.JobNotRunning _, Rejection.NothingKnown _ ->
          problem(ProblemType.NOT_FOUND, why);
      case Rejection.QueueFull _ ->
          new ProblemException(ProblemType.QUEUE_FULL, why.message(), Map.of("Retry-After", "5"));
      // Ids are the broker's own: a clash is our mistake, and the next attempt gets another id.
      case Rejection.JobExists _ ->
          new ProblemException(
              ProblemType.UNAVAILABLE,
              why.message() + "; nothing was submitted, try again",
              Map.of("Retry-After", "1"));
    };
  }

  private static ProblemException problem(ProblemType type, Rejection why) {
    return new ProblemException(type, why.message());
  }
}
