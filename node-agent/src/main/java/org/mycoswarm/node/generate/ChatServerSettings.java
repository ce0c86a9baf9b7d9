package org.mycoswarm.node.generate;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.node.Refused;

/// Which servers beside this node are asked for models.
///
/// @param ollama address of an Ollama, or null for none
/// @param llama address of a llama.cpp server, or null for none
/// @param llamaGiven whether a person gave that address
public record ChatServerSettings(@Nullable URI ollama, @Nullable URI llama, boolean llamaGiven) {
  /// Asks nobody.
  public static final ChatServerSettings NONE = new ChatServerSettings(null, null, false);

  private static final String OFF = "none";

  /// From what a person gave, or null where they gave nothing.
  ///
  /// @throws Refused when it is neither an address nor `none`
  public static ChatServerSettings of(@Nullable String ollama, @Nullable String llama) {
    return new ChatServerSettings(
        address("--ollama", ollama, OllamaServer.USUAL),
        address("--llama-server", llama, LlamaServer.USUAL),
        llama != null);
  }

  private static @Nullable URI address(String option, @Nullable String given, URI usual) {
    if (given == null) {
      return usual;
    }
    if (given.equals(OFF)) {
      return null;
    }
    if (!given.matches("https?://[^/?#\\s]+/?")) {
      throw new Refused(
          "Expected an address such as http://127.0.0.1:11434, or none, after %s, but it is '%s'"
              .formatted(option, given));
    }
    return URI.create(given);
  }

  List<ChatServer> servers() {
    List<ChatServer> servers = new ArrayList<>();
    if (ollama != null) {
      servers.add(new OllamaServer(ollama));
    }
    if (llama != null) {
      servers.add(new LlamaServer(llama, llamaGiven));
    }
    return servers;
  }
}
