package org.mycoswarm.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.wire.ChatMessage;

/// Asks a model, by the interface that programs written for OpenAI use. For one thread.
public final class Chat {
  private static final String PATH = "/v1/chat/completions";
  private static final String DONE = "[DONE]";

  private final BrokerClient client;

  public Chat(BrokerClient client) {
    this.client = client;
  }

  /// How an answer is made; absent means that the broker decides.
  public record Wishes(
      @Nullable Integer tokensMax,
      @Nullable Double temperature,
      @Nullable Double topP,
      @Nullable Long seed,
      @Nullable List<String> stop) {}

  /// The whole answer at once, as the broker gives it.
  public JsonNode ask(String model, List<ChatMessage> messages, Wishes wishes) {
    return client.post(PATH, body(model, messages, wishes, false));
  }

  /// The answer as it comes.
  ///
  /// @param piece takes each piece of text
  /// @return why it ends, such as `stop` or `length`
  /// @throws StreamBroken when it ends in its middle
  public String stream(
      String model, List<ChatMessage> messages, Wishes wishes, Consumer<String> piece) {
    Reading reading = new Reading(piece);
    client.stream(PATH, body(model, messages, wishes, true), reading::message);
    if (!reading.done) {
      throw new StreamBroken("the connection ended");
    }
    return reading.finish;
  }

  /// What one person says.
  public static List<ChatMessage> said(String prompt) {
    return List.of(new ChatMessage(ChatMessage.USER, prompt));
  }

  /// Text and reason of the end in an answer that came at once.
  public static String text(JsonNode answer) {
    return answer.at("/choices/0/message/content").asText();
  }

  public static String finish(JsonNode answer) {
    return answer.at("/choices/0/finish_reason").asText();
  }

  private static final class Reading {
    private final Consumer<String> piece;
    private String finish = "";
    private boolean done;

    Reading(Consumer<String> piece) {
      this.piece = piece;
    }

    void message(String data) {
      if (data.isEmpty()) {
        return; // only keeps the connection open
      }
      if (data.equals(DONE)) {
        done = true;
        return;
      }
      JsonNode chunk = Wire.tree(data.getBytes(UTF_8));
      if (chunk.hasNonNull("error")) {
        throw new CommandFailed(ExitCode.REFUSED, chunk.at("/error/message").asText());
      }
      JsonNode choice = chunk.at("/choices/0");
      String text = choice.at("/delta/content").asText();
      if (!text.isEmpty()) {
        piece.accept(text);
      }
      if (choice.hasNonNull("finish_reason")) {
        finish = choice.path("finish_reason").asText();
      }
    }
  }

  private static Map<String, Object> body(
      String model, List<ChatMessage> messages, Wishes wishes, boolean stream) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("model", model);
    body.put("messages", messages);
    put(body, "max_tokens", wishes.tokensMax());
    put(body, "temperature", wishes.temperature());
    put(body, "top_p", wishes.topP());
    put(body, "seed", wishes.seed());
    put(body, "stop", wishes.stop());
    body.put("stream", stream);
    return body;
  }

  private static void put(Map<String, Object> body, String name, @Nullable Object value) {
    if (value != null) {
      body.put(name, value);
    }
  }
}
