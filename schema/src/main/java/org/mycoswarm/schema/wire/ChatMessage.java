package org.mycoswarm.schema.wire;

/// One turn of a conversation.
///
/// @param role `system`, `user` or `assistant`
public record ChatMessage(String role, String content) {
  public static final String SYSTEM = "system";
  public static final String USER = "user";
  public static final String ASSISTANT = "assistant";
}
