package org.mycoswarm.inference.shard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/// How the messages of a conversation become the one text that a model goes on with.
///
/// A downloaded model brings its format as a program in a template language. We do not run that; we
/// know the formats by the special tokens in it.
public enum ChatTemplate {
  /// `<|im_start|>role ... <|im_end|>`: Qwen, SmolLM, Hermes and others.
  CHATML("<|im_start|>") {
    @Override
    public String prompt(List<Turn> turns) {
      return joined(turns, t -> "<|im_start|>%s\n%s<|im_end|>\n".formatted(t.role(), t.content()))
          + "<|im_start|>assistant\n";
    }
  },
  /// `<|start_header_id|>role<|end_header_id|> ... <|eot_id|>`: Llama 3.
  LLAMA3("<|start_header_id|>") {
    @Override
    public String prompt(List<Turn> turns) {
      return "<|begin_of_text|>"
          + joined(
              turns,
              t ->
                  "<|start_header_id|>%s<|end_header_id|>\n\n%s<|eot_id|>"
                      .formatted(t.role(), t.content().strip()))
          + "<|start_header_id|>assistant<|end_header_id|>\n\n";
    }
  },
  /// For models that never learned to converse: the messages, a line each.
  PLAIN("") {
    @Override
    public String prompt(List<Turn> turns) {
      return turns.stream().map(Turn::content).collect(Collectors.joining("\n"));
    }
  };

  /// One message.
  ///
  /// @param role such as `system`, `user` or `assistant`
  public record Turn(String role, String content) {}

  private final String mark;

  ChatTemplate(String mark) {
    this.mark = mark;
  }

  /// The text of a conversation, up to where the model is to answer. It brings the special tokens
  /// itself, but for [#PLAIN].
  public abstract String prompt(List<Turn> turns);

  /// Whether [#prompt] has the tokens in it with which a text of this model begins.
  public boolean bringsSpecialTokens() {
    return this != PLAIN;
  }

  /// @param name `chatml`, `llama3` or `plain`
  /// @throws IllegalArgumentException if it is another
  public static ChatTemplate named(String name) {
    return Arrays.stream(values())
        .filter(template -> template.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected the chat format 'chatml', 'llama3' or 'plain', but it is '%s'"
                        .formatted(name)));
  }

  /// The format in a model's `tokenizer_config.json`; plain when it has none.
  ///
  /// @throws IllegalArgumentException for a file that is not readable, or a format that is not
  ///     known here
  public static ChatTemplate of(Path tokenizerConfig) throws IOException {
    try {
      JsonNode template =
          new JsonMapper().readTree(Files.readAllBytes(tokenizerConfig)).path("chat_template");
      return template.isMissingNode() || template.isNull() ? PLAIN : marked(template);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Expected '%s' to be JSON, but: %s; the model is not usable until the file is replaced"
              .formatted(tokenizerConfig.getFileName(), e.getOriginalMessage()),
          e);
    }
  }

  /// A string, or a list of named ones.
  private static ChatTemplate marked(JsonNode template) {
    String program = template.isTextual() ? template.textValue() : template.toString();
    return Arrays.stream(values())
        .filter(known -> known != PLAIN && program.contains(known.mark))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected a chat template with <|im_start|> or <|start_header_id|>, but this"
                        + " model has another; give it a text to go on with instead of messages"));
  }

  private static String joined(List<Turn> turns, Function<Turn, String> written) {
    return turns.stream().map(written).collect(Collectors.joining());
  }
}
