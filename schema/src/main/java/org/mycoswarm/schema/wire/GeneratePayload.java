package org.mycoswarm.schema.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Payload of a `generate` task: either a conversation, or the one message of a user.
///
/// @param model digest
/// @param messages the conversation so far: one message or more, the last of them of the user
/// @param prompt instead of `messages`: what the user says
/// @param sampling how it is answered; see [#TOKENS_USUAL] for how long when absent
public record GeneratePayload(
    String model,
    @Nullable List<ChatMessage> messages,
    @Nullable String prompt,
    @Nullable Sampling sampling) {
  /// Word in `kind` of such a task.
  public static final String KIND = "generate";

  /// Tokens of an answer at most, when the payload does not say.
  public static final int TOKENS_USUAL = 1_024;

  public static final int TOKENS_MAX = 32_768;

  public static GeneratePayload ofMessages(
      String model, List<ChatMessage> messages, Sampling sampling) {
    return new GeneratePayload(model, messages, null, sampling);
  }

  /// The conversation, also where it is one message of a user.
  public List<ChatMessage> conversation() {
    if (messages != null) {
      return messages;
    }
    return prompt == null ? List.of() : List.of(new ChatMessage(ChatMessage.USER, prompt));
  }

  /// How it is answered, also where the payload does not say.
  public Sampling asked() {
    return sampling == null ? new Sampling(TOKENS_USUAL, null, null, null, null, null) : sampling;
  }
}
