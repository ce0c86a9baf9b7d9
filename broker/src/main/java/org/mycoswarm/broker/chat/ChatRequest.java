package org.mycoswarm.broker.chat;

import java.time.Duration;
import java.util.List;
import org.mycoswarm.schema.wire.ChatMessage;
import org.mycoswarm.schema.wire.Sampling;

/// A conversation whose next turn is wanted.
///
/// @param messages one or more, the oldest first
/// @param sampling whose `tokensMax` of 0 means the usual number, or fewer where that does not fit
/// @param priority of the work among all, 0 to 9
/// @param within how long at most until the answer is complete, positive
public record ChatRequest(
    List<ChatMessage> messages, Sampling sampling, int priority, Duration within) {
  public ChatRequest {
    messages = List.copyOf(messages);
  }
}
