package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.broker.embedding.EmbedInputs;
import org.mycoswarm.schema.wire.EmbedPayload;

/// The body of `POST /v1/embeddings`, read and in order.
///
/// @param model as the caller names it
/// @param base64 whether vectors are given as the base64 of their floats, little end first
/// @param dimensions that the vectors must have, or null
record EmbeddingsRequest(
    String model, EmbedInputs inputs, boolean base64, @Nullable Integer dimensions) {
  static final int INPUTS_MAX = 2_048;
  private static final Set<String> KNOWN =
      Set.of("model", "input", "encoding_format", "dimensions", "user");

  /// @throws OpenAiError when the body is not in order
  static EmbeddingsRequest of(JsonNode body) {
    if (!body.isObject()) {
      throw OpenAiError.invalid(null, "Expected a JSON object, but the body is none");
    }
    body.fieldNames()
        .forEachRemaining(
            name -> {
              if (!KNOWN.contains(name)) {
                throw OpenAiError.invalid(
                    name, "Unrecognized request argument supplied: " + cut(name));
              }
            });
    return new EmbeddingsRequest(
        model(body.path("model")),
        inputs(body.path("input")),
        base64(body.path("encoding_format")),
        dimensions(body.path("dimensions")));
  }

  private static String model(JsonNode model) {
    if (!model.isTextual() || model.asText().isEmpty()) {
      throw OpenAiError.invalid(
          "model", "Expected the name of a model in 'model', but there is none");
    }
    return model.asText();
  }

  private static boolean base64(JsonNode format) {
    String word = format.isMissingNode() || format.isNull() ? "float" : format.asText();
    if (!word.equals("float") && !word.equals("base64")) {
      throw OpenAiError.invalid(
          "encoding_format",
          "Expected 'float' or 'base64' in 'encoding_format', but it is '%s'".formatted(cut(word)));
    }
    return word.equals("base64");
  }

  private static @Nullable Integer dimensions(JsonNode dimensions) {
    if (dimensions.isMissingNode() || dimensions.isNull()) {
      return null;
    }
    if (!dimensions.isIntegralNumber() || !dimensions.canConvertToInt() || dimensions.asInt() < 1) {
      throw OpenAiError.invalid(
          "dimensions", "Expected a whole number of 1 or more in 'dimensions'");
    }
    return dimensions.asInt();
  }

  private static EmbedInputs inputs(JsonNode input) {
    if (input.isTextual()) {
      return new EmbedInputs.Texts(EmbedPayload.PLAIN, List.of(text("input", input)));
    }
    if (!input.isArray()) {
      throw OpenAiError.invalid(
          "input", "Expected a string or an array of strings or of tokens in 'input'");
    }
    if (input.isEmpty()) {
      throw OpenAiError.invalid("input", "Expected one input or more in 'input', but it is empty");
    }
    if (input.get(0).isNumber()) {
      return new EmbedInputs.Tokens(List.of(tokens("input", input)));
    }
    if (input.size() > INPUTS_MAX) {
      throw OpenAiError.invalid(
          "input",
          "Expected at most %,d inputs in 'input', but there are %,d; send several requests, or a batch"
              .formatted(INPUTS_MAX, input.size()));
    }
    return input.get(0).isArray()
        ? new EmbedInputs.Tokens(each(input, EmbeddingsRequest::tokens))
        : new EmbedInputs.Texts(EmbedPayload.PLAIN, each(input, EmbeddingsRequest::text));
  }

  private static <T> List<T> each(JsonNode input, BiFunction<String, JsonNode, T> read) {
    List<T> all = new ArrayList<>(input.size());
    for (int i = 0; i < input.size(); i++) {
      all.add(read.apply("input[%d]".formatted(i), input.get(i)));
    }
    return all;
  }

  private static String text(String name, JsonNode text) {
    if (!text.isTextual()) {
      throw OpenAiError.invalid(
          "input", "Expected a string in '%s', as in the first".formatted(name));
    }
    if (text.asText().isEmpty()) {
      throw OpenAiError.invalid(
          "input", "Expected a text in '%s', but it is empty".formatted(name));
    }
    return text.asText();
  }

  private static List<Integer> tokens(String name, JsonNode ids) {
    if (!ids.isArray() || ids.isEmpty()) {
      throw OpenAiError.invalid(
          "input", "Expected an array of one token or more in '%s'".formatted(name));
    }
    List<Integer> tokens = new ArrayList<>(ids.size());
    for (JsonNode id : ids) {
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0) {
        throw OpenAiError.invalid(
            "input",
            "Expected tokens of the model's own tokenizer in '%s', which are whole numbers of 0 or more"
                .formatted(name));
      }
      tokens.add(id.asInt());
    }
    return tokens;
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(100, text.length()));
  }
}
