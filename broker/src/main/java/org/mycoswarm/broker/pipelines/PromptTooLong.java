package org.mycoswarm.broker.pipelines;

/// Prompt and answer together are longer than a session may be. Carries no stack trace: it is an
/// answer.
public final class PromptTooLong extends RuntimeException {
  private static final long serialVersionUID = 1;

  PromptTooLong(int contextMax, int promptTokens, int answerTokens) {
    super(
        "This model's maximum context length is %d tokens here, but the prompt has %d and the answer may have %d; nothing is ever cut. Shorten the prompt or ask for a shorter answer"
            .formatted(contextMax, promptTokens, Math.max(1, answerTokens)),
        null,
        false,
        false);
  }
}
