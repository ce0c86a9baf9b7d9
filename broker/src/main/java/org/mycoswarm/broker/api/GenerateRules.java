package org.mycoswarm.broker.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.GeneratePayload;
import org.mycoswarm.schema.wire.Sampling;

/// What a `generate` task must look like, found out when it is submitted and not by a node at
/// night.
final class GenerateRules {
  private static final int MESSAGES_MAX = 1_000;
  private static final int CHARACTERS_MAX = 1 << 20;
  private static final int STOPS_MAX = 4;
  private static final Set<String> ROLES =
      Set.of(ChatMessage.SYSTEM, ChatMessage.USER, ChatMessage.ASSISTANT);

  private GenerateRules() {}

  /// @param model digest that the task asks for
  /// @throws ProblemException `bad-request`
  static void check(@Nullable String model, JsonNode payload) {
    GeneratePayload read = read(payload);
    if (read.model() == null || !read.model().equals(model)) {
      throw refused(
          "the same digest in 'model' and in 'payload.model'",
          "they are '%s' and '%s'"
              .formatted(Inputs.shown(String.valueOf(model)), Inputs.shown(read.model())));
    }
    if ((read.messages() == null) == (read.prompt() == null)) {
      throw refused(
          "either 'messages' or 'prompt' in the payload",
          read.prompt() == null ? "there is neither" : "there are both");
    }
    checkMessages(read.conversation());
    if (read.sampling() != null) {
      check(read.sampling());
    }
  }

  private static GeneratePayload read(JsonNode payload) {
    try {
      return Json.STRICT.treeToValue(payload, GeneratePayload.class);
    } catch (JsonProcessingException e) {
      throw refused("the payload of a 'generate' task", "it is none: " + e.getOriginalMessage());
    }
  }

  private static void checkMessages(List<ChatMessage> messages) {
    Inputs.between("the number of messages", messages.size(), 1, MESSAGES_MAX);
    long characters = 0;
    for (ChatMessage message : messages) {
      if (message == null || message.role() == null || !ROLES.contains(message.role())) {
        throw refused(
            "the role 'system', 'user' or 'assistant' in each message",
            "one has '%s'".formatted(message == null ? "none" : Inputs.shown(message.role())));
      }
      if (message.content() == null) {
        throw refused("a text in 'content' of each message", "one has none");
      }
      characters += message.content().length();
    }
    Inputs.between("the characters of all messages together", characters, 1, CHARACTERS_MAX);
  }

  private static void check(Sampling sampling) {
    Inputs.between("sampling.tokensMax", sampling.tokensMax(), 1, GeneratePayload.TOKENS_MAX);
    range("sampling.temperature", sampling.temperature(), 2);
    range("sampling.topP", sampling.topP(), 1);
    if (sampling.topK() != null) {
      Inputs.between("sampling.topK", sampling.topK(), 1, 1_000_000);
    }
    List<String> stop = sampling.stop();
    if (stop != null
        && (stop.isEmpty()
            || stop.size() > STOPS_MAX
            || stop.stream().anyMatch(one -> one == null || one.isEmpty()))) {
      throw refused("1 to 4 texts in 'sampling.stop'", "there are others");
    }
  }

  private static void range(String name, @Nullable Double value, int max) {
    if (value != null && !(value >= 0 && value <= max)) { // not a number is neither
      throw refused("%s of 0 to %d".formatted(name, max), "it is '%s'".formatted(value));
    }
  }

  private static ProblemException refused(String expected, String found) {
    return ProblemException.badRequest(
        "Expected %s, but %s; nothing was changed".formatted(expected, found));
  }
}
