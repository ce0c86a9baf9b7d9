package org.mycoswarm.cli.folder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.mycoswarm.cli.CommandFailed;
import org.mycoswarm.cli.ExitCode;
import org.mycoswarm.schema.json.Json;
import org.mycoswarm.schema.wire.ChatMessage;

/// Many prompts in a file, one a line: a JSON text, or an object with `prompt` or `messages`, and a
/// `label` if it has one.
public final class Prompts {
  private Prompts() {}

  /// @param label what a person recognises it by; the line's number if it says none
  /// @param messages the conversation that is to be gone on with
  public record Prompt(String label, List<ChatMessage> messages) {}

  /// @throws CommandFailed when it cannot be read, or a line is none of that
  public static List<Prompt> of(Path file) {
    List<Prompt> prompts = new ArrayList<>();
    try {
      int number = 0;
      for (String line : Files.readAllLines(file)) {
        number++;
        if (!line.isBlank()) {
          prompts.add(prompt(file, number, line));
        }
      }
    } catch (IOException e) {
      throw failed(
          ExitCode.NOT_FOUND, "to read '%s', but that failed (%s)".formatted(file, e.toString()));
    }
    if (prompts.isEmpty()) {
      throw failed(ExitCode.FAILURES, "a prompt a line in '%s', but there is none".formatted(file));
    }
    return prompts;
  }

  private static Prompt prompt(Path file, int number, String line) {
    JsonNode json = json(file, number, line);
    List<ChatMessage> messages = new ArrayList<>();
    if (json.isTextual()) {
      messages.add(new ChatMessage(ChatMessage.USER, json.asText()));
    } else if (json.path("prompt").isTextual()) {
      messages.add(new ChatMessage(ChatMessage.USER, json.path("prompt").asText()));
    } else {
      for (JsonNode message : json.path("messages")) {
        messages.add(
            new ChatMessage(message.path("role").asText(), message.path("content").asText()));
      }
    }
    if (messages.isEmpty()) {
      throw wrong(file, number);
    }
    return new Prompt(json.path("label").asText("line " + number), messages);
  }

  private static JsonNode json(Path file, int number, String line) {
    try {
      return Json.LENIENT.readTree(line);
    } catch (JsonProcessingException e) {
      throw wrong(file, number);
    }
  }

  private static CommandFailed wrong(Path file, int number) {
    return failed(
        ExitCode.USAGE,
        "a JSON text, or an object with 'prompt' or 'messages', in line %d of '%s', but it is another thing"
            .formatted(number, file));
  }

  private static CommandFailed failed(ExitCode code, String words) {
    return new CommandFailed(code, "Expected %s. Nothing was submitted.".formatted(words));
  }
}
