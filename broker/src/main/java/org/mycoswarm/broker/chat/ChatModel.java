package org.mycoswarm.broker.chat;

import java.io.IOException;

/// A model that conversations can be held with. Thread-safe.
public interface ChatModel {
  /// What people call it.
  String name();

  /// `sha256:` and a hash.
  String digest();

  /// Has the next turn of a conversation written, and returns when it is complete. The sink is
  /// called in this thread alone: pieces in their order, and the end once, at the end.
  ///
  /// @throws NoAnswer when there is none, or no more of it, and why
  /// @throws IOException what the sink threw: nobody listens any more, and the work is given up
  /// @throws InterruptedException when the caller is; the work is given up
  void chat(ChatRequest request, ChatSink sink) throws IOException, InterruptedException;
}
