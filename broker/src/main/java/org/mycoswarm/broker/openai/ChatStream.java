package org.mycoswarm.broker.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import org.mycoswarm.broker.chat.ChatSink;

/// Writes an answer as server-sent events while it is made. Nothing is written before its first
/// piece, so that a refusal until then can be an answer with a status of its own. For one thread.
final class ChatStream implements ChatSink {
  private final OutputStream out;
  private final CompletionWriter writer;
  private final boolean usage;
  private boolean begun;

  /// @param usage whether the counts of tokens are sent at the end
  ChatStream(OutputStream out, CompletionWriter writer, boolean usage) {
    this.out = out;
    this.writer = writer;
    this.usage = usage;
  }

  @Override
  public void piece(String text) throws IOException {
    begin();
    send(writer.piece(text));
  }

  @Override
  public void end(String finish, int promptTokens, int completionTokens) throws IOException {
    begin();
    send(writer.end(finish));
    if (usage) {
      send(writer.counts(promptTokens, completionTokens));
    }
    write("data: [DONE]\n\n");
  }

  /// Whether something was sent.
  boolean begun() {
    return begun;
  }

  /// The answer breaks off.
  void fail(OpenAiError why) throws IOException {
    write("data: %s\n\n".formatted(new String(why.json(), UTF_8)));
  }

  private void begin() throws IOException {
    if (!begun) {
      begun = true;
      send(writer.beginning());
    }
  }

  private void send(ObjectNode chunk) throws IOException {
    write("data: %s\n\n".formatted(chunk));
  }

  private void write(String text) throws IOException {
    out.write(text.getBytes(UTF_8));
    out.flush();
  }
}
