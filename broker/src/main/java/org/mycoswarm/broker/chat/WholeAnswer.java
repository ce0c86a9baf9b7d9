package org.mycoswarm.broker.chat;

import java.io.IOException;

/// An answer that is read when it is complete. One thread at a time.
public final class WholeAnswer implements ChatSink {
  private final StringBuilder text = new StringBuilder();
  private String finish = "";
  private int promptTokens;
  private int completionTokens;

  /// The next turn of a conversation, whole.
  public static WholeAnswer of(ChatModel model, ChatRequest request)
      throws IOException, InterruptedException {
    WholeAnswer answer = new WholeAnswer();
    model.chat(request, answer);
    return answer;
  }

  @Override
  public void piece(String more) {
    text.append(more);
  }

  @Override
  public void end(String why, int prompt, int completion) {
    finish = why;
    promptTokens = prompt;
    completionTokens = completion;
  }

  public String text() {
    return text.toString();
  }

  /// `stop` or `length`.
  public String finish() {
    return finish;
  }

  public int promptTokens() {
    return promptTokens;
  }

  public int completionTokens() {
    return completionTokens;
  }
}
