package org.mycoswarm.broker.openai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.Sampling;

/// The body of `POST /v1/chat/completions`, read and in order.
///
/// @param model as the caller names it
/// @param sampling `tokensMax` is 0 where the caller does not say
/// @param stream whether the answer is wanted in pieces
/// @param usage whether the pieces end with the counts of tokens
record ChatCompletionRequest(
    String model, List<ChatMessage> messages, Sampling sampling, boolean stream, boolean usage) {
  private static final int MESSAGES_MAX = 1_000;
  private static final int STOPS_MAX = 4;

  /// Fields that change nothing here, whatever they say.
  private static final Set<String> PASSED_OVER =
      Set.of("user", "metadata", "store", "service_tier", "safety_identifier", "prompt_cache_key");

  /// Fields that are taken only where they ask for what happens anyway.
  private static final Map<String, Set<String>> ONLY =
      Map.of(
          "n", Set.of("1"),
          "presence_penalty", Set.of("0", "0.0"),
          "frequency_penalty", Set.of("0", "0.0"),
          "logprobs", Set.of("false"),
          "response_format", Set.of("{\"type\":\"text\"}"),
          "logit_bias", Set.of("{}"),
          "tools", Set.of("[]"),
          "tool_choice", Set.of("\"none\"", "\"auto\""),
          "modalities", Set.of("[\"text\"]"));

  private static final Set<String> KNOWN =
      Set.of(
          "model",
          "messages",
          "max_tokens",
          "max_completion_tokens",
          "temperature",
          "top_p",
          "top_k",
          "seed",
          "stop",
          "stream",
          "stream_options");

  /// @throws OpenAiError when the body is not in order
  static ChatCompletionRequest of(JsonNode body) {
    if (!body.isObject()) {
      throw OpenAiError.invalid(null, "Expected a JSON object, but the body is none");
    }
    body.properties().forEach(field -> requireKnown(field.getKey(), field.getValue()));
    return new ChatCompletionRequest(
        model(body.path("model")),
        messages(body.path("messages")),
        sampling(body),
        flag("stream", body.path("stream")),
        flag("stream_options.include_usage", body.at("/stream_options/include_usage")));
  }

  private static void requireKnown(String name, JsonNode value) {
    if (KNOWN.contains(name) || PASSED_OVER.contains(name) || value.isNull()) {
      return;
    }
    Set<String> only = ONLY.get(name);
    if (only == null) {
      throw OpenAiError.invalid(name, "Unrecognized request argument supplied: " + cut(name));
    }
    if (!only.contains(value.toString())) {
      throw OpenAiError.invalid(
          name,
          "Expected '%s' to be absent or %s, which is all that this broker does, but it is another"
              .formatted(name, only.stream().sorted().findFirst().orElseThrow()));
    }
  }

  private static String model(JsonNode model) {
    if (!model.isTextual() || model.asText().isEmpty()) {
      throw OpenAiError.invalid(
          "model", "Expected the name of a model in 'model', but there is none");
    }
    return model.asText();
  }

  private static List<ChatMessage> messages(JsonNode messages) {
    if (!messages.isArray() || messages.isEmpty()) {
      throw OpenAiError.invalid(
          "messages", "Expected an array of one message or more in 'messages'");
    }
    if (messages.size() > MESSAGES_MAX) {
      throw OpenAiError.invalid(
          "messages",
          "Expected at most %,d messages in 'messages', but there are %,d"
              .formatted(MESSAGES_MAX, messages.size()));
    }
    List<ChatMessage> all = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String name = "messages[%d]".formatted(i);
      all.add(new ChatMessage(role(name, messages.get(i)), content(name, messages.get(i))));
    }
    return all;
  }

  /// `developer` is the newer word for `system`.
  private static String role(String name, JsonNode message) {
    String role = message.path("role").asText();
    return switch (role) {
      case ChatMessage.SYSTEM, "developer" -> ChatMessage.SYSTEM;
      case ChatMessage.USER, ChatMessage.ASSISTANT -> role;
      default ->
          throw OpenAiError.invalid(
              name + ".role",
              "Expected 'system', 'developer', 'user' or 'assistant' in '%s.role', but it is '%s'"
                  .formatted(name, cut(role)));
    };
  }

  private static String content(String name, JsonNode message) {
    JsonNode content = message.path("content");
    if (content.isTextual()) {
      return content.asText();
    }
    if (!content.isArray() || content.isEmpty()) {
      throw OpenAiError.invalid(
          name + ".content",
          "Expected a text or an array of texts in '%s.content'".formatted(name));
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asText().equals("text") || !part.path("text").isTextual()) {
        throw OpenAiError.invalid(
            name + ".content",
            "Expected only parts of the type 'text' in '%s.content', but there is another; pictures and sound are not read"
                .formatted(name));
      }
      text.append(part.path("text").asText());
    }
    return text.toString();
  }

  private static Sampling sampling(JsonNode body) {
    Long most = whole("max_completion_tokens", body, 1, GeneratePayload.TOKENS_MAX);
    Long older = whole("max_tokens", body, 1, GeneratePayload.TOKENS_MAX);
    Long tokens = most == null ? older : most;
    Long topK = whole("top_k", body, 1, 1_000_000);
    return new Sampling(
        tokens == null ? 0 : tokens.intValue(),
        number("temperature", body, 2),
        number("top_p", body, 1),
        topK == null ? null : topK.intValue(),
        whole("seed", body, Long.MIN_VALUE, Long.MAX_VALUE),
        stop(body.path("stop")));
  }

  private static @Nullable Long whole(String name, JsonNode body, long min, long max) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber()
        || !value.canConvertToLong()
        || value.asLong() < min
        || value.asLong() > max) {
      throw OpenAiError.invalid(
          name, "Expected a whole number of %,d to %,d in '%s'".formatted(min, max, name));
    }
    return value.asLong();
  }

  private static @Nullable Double number(String name, JsonNode body, int max) {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isNumber() || !(value.asDouble() >= 0 && value.asDouble() <= max)) {
      throw OpenAiError.invalid(name, "Expected a number of 0 to %d in '%s'".formatted(max, name));
    }
    return value.asDouble();
  }

  private static @Nullable List<String> stop(JsonNode stop) {
    if (stop.isMissingNode() || stop.isNull()) {
      return null;
    }
    List<String> all = new ArrayList<>();
    if (stop.isTextual()) {
      all.add(stop.asText());
    } else {
      stop.forEach(one -> all.add(one.isTextual() ? one.asText() : ""));
    }
    if (all.isEmpty() || all.size() > STOPS_MAX || all.contains("")) {
      throw OpenAiError.invalid(
          "stop", "Expected a text in 'stop', or an array of 1 to %d texts".formatted(STOPS_MAX));
    }
    return all;
  }

  private static boolean flag(String name, JsonNode value) {
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw OpenAiError.invalid(name, "Expected true or false in '%s'".formatted(name));
    }
    return value.asBoolean();
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(100, text.length()));
  }
}
