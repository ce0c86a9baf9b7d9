package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A refusal in the shape that programs for OpenAI's interface know: status, and
/// `{"error":{"message","type","param","code"}}`. Carries no stack trace: it is an answer.
public final class OpenAiError extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final String PREFIX = "/v1/";

  private final int status;
  private final @Nullable String param;
  private final @Nullable String code;

  public OpenAiError(int status, String message, @Nullable String param, @Nullable String code) {
    super(message, null, false, false);
    this.status = status;
    this.param = param;
    this.code = code;
  }

  /// Whether errors of the call have this shape.
  ///
  /// @param path as it was sent
  public static boolean isFor(@Nullable String path) {
    return path != null && path.startsWith(PREFIX);
  }

  /// A mistake in the request.
  static OpenAiError invalid(@Nullable String param, String message) {
    return new OpenAiError(400, message, param, null);
  }

  static OpenAiError notFound(String param, String message) {
    return new OpenAiError(404, message, param, null);
  }

  /// What the rest of the broker says.
  public static OpenAiError of(int status, String detail) {
    return new OpenAiError(
        status,
        detail,
        null,
        switch (status) {
          case 401 -> "invalid_api_key";
          case 429 -> "rate_limit_exceeded";
          default -> null;
        });
  }

  public int status() {
    return status;
  }

  String message() {
    return String.valueOf(getMessage());
  }

  @Nullable String code() {
    return code;
  }

  /// The body of the answer.
  public byte[] json() {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("message", message());
    error.put("type", type());
    error.put("param", param);
    error.put("code", code);
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.set("error", error);
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private String type() {
    return switch (status) {
      case 429 -> "rate_limit_error";
      default -> status < 500 ? "invalid_request_error" : "server_error";
    };
  }
}
