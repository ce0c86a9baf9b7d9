package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;

/// One request of a batch.
///
/// @param number of its line, counted from 1
/// @param request null when its body is not in order
/// @param error why it is not, or null
record BatchLine(
    int number,
    String customId,
    @Nullable EmbeddingsRequest request,
    @Nullable String digest,
    @Nullable OpenAiError error) {
  /// That a line is none, which ends the whole batch before it begins.
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;
    private final String code;
    private final int line;
    private final @Nullable String param;

    Unusable(String code, int line, @Nullable String param, String message) {
      super(message, null, false, false);
      this.code = code;
      this.line = line;
      this.param = param;
    }

    JsonNode view() {
      return Json.LENIENT
          .createObjectNode()
          .put("code", code)
          .put("message", getMessage())
          .put("param", param)
          .put("line", line);
    }
  }

  /// Finds the model that a request names.
  @FunctionalInterface
  interface Models {
    /// @return the digest
    /// @throws OpenAiError when there is none
    String digest(EmbeddingsRequest request);
  }

  static BatchLine of(String text, int number, String endpoint, Models models) throws Unusable {
    JsonNode line = json(text, number);
    String id = required(line, number, "custom_id");
    expect(number, "method", "POST", required(line, number, "method"), "invalid_method");
    expect(number, "url", endpoint, required(line, number, "url"), "invalid_url");
    if (!line.path("body").isObject()) {
      throw new Unusable(
          "missing_required_parameter", number, "body", "Expected an object in 'body'");
    }
    try {
      EmbeddingsRequest request = EmbeddingsRequest.of(line.path("body"));
      return new BatchLine(number, id, request, models.digest(request), null);
    } catch (OpenAiError e) {
      return new BatchLine(number, id, null, null, e);
    }
  }

  private static JsonNode json(String text, int number) throws Unusable {
    try {
      JsonNode line = Json.STRICT.readTree(text);
      if (line.isObject()) {
        return line;
      }
    } catch (JsonProcessingException e) {
      // said below
    }
    throw new Unusable(
        "invalid_json_line", number, null, "Expected a JSON object on the line, but it is none");
  }

  private static String required(JsonNode line, int number, String field) throws Unusable {
    JsonNode value = line.path(field);
    if (!value.isTextual() || value.asText().isEmpty()) {
      throw new Unusable(
          "missing_required_parameter",
          number,
          field,
          "Expected a string in '%s', but there is none".formatted(field));
    }
    return value.asText();
  }

  private static void expect(int number, String field, String wanted, String found, String code)
      throws Unusable {
    if (!wanted.equals(found)) {
      throw new Unusable(
          code, number, field, "Expected '%s' in '%s', but it is another".formatted(wanted, field));
    }
  }
}
