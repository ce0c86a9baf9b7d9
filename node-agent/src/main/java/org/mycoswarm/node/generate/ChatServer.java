package org.mycoswarm.node.generate;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.mycoswarm.node.work.Unwanted;
import org.mycoswarm.node.work.Wanted;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.Sampling;

/// A program beside this one that has models and answers with them. Any thread; calls block.
public interface ChatServer extends AutoCloseable {
  /// One of its models.
  ///
  /// @param name as the server calls it
  /// @param digest `sha256:` and a hash: the same on every node that has the same model
  record Offer(String name, String digest) {}

  /// What it answered.
  ///
  /// @param finish `stop` or `length`
  /// @param rate tokens a second of the answer, 0 when not known
  record Answer(String text, String finish, int promptTokens, int completionTokens, double rate) {}

  /// What kind of program it is, such as `ollama`.
  String kind();

  URI address();

  /// The models it has now.
  ///
  /// @throws IOException when it is not there, or is another program
  List<Offer> offers() throws IOException, InterruptedException;

  /// Has a conversation continued.
  ///
  /// @param model its name
  /// @param wanted asked while it works; what it throws gives the work up, at the server too
  /// @throws ServerRefused when the server says no
  /// @throws IOException when it is gone, or says nothing for long
  Answer chat(String model, List<ChatMessage> messages, Sampling sampling, Wanted wanted)
      throws IOException, InterruptedException, Unwanted;

  @Override
  void close();
}
