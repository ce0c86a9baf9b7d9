package org.mycoswarm.broker.chat;

import java.io.IOException;

/// Where an answer goes while it is written. One thread at a time.
public interface ChatSink {
  /// More of the answer; never empty, and never half a character.
  ///
  /// @throws IOException when nobody listens any more
  void piece(String text) throws IOException;

  /// The answer is complete.
  ///
  /// @param finish `stop` or `length`
  /// @throws IOException when nobody listens any more
  void end(String finish, int promptTokens, int completionTokens) throws IOException;
}
