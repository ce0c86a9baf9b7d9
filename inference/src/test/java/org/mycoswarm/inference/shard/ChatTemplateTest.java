package org.mycoswarm.inference.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mycoswarm.inference.shard.ChatTemplate.Turn;

/// Conversations as the models learned them.
class ChatTemplateTest {
  private static final List<Turn> TURNS =
      List.of(new Turn("system", "Be brief."), new Turn("user", "Hello"));

  @TempDir Path folder;

  @Test
  void chatml() {
    assertThat(ChatTemplate.CHATML.prompt(TURNS))
        .isEqualTo(
            """
            <|im_start|>system
            Be brief.<|im_end|>
            <|im_start|>user
            Hello<|im_end|>
            <|im_start|>assistant
            """);
  }

  @Test
  void llama3() {
    assertThat(ChatTemplate.LLAMA3.prompt(TURNS))
        .isEqualTo(
            """
            <|begin_of_text|><|start_header_id|>system<|end_header_id|>

            Be brief.<|eot_id|><|start_header_id|>user<|end_header_id|>

            Hello<|eot_id|><|start_header_id|>assistant<|end_header_id|>

            """);
  }

  @Test
  void a_model_that_never_learned_to_converse_gets_the_plain_text() {
    assertThat(ChatTemplate.PLAIN.prompt(TURNS)).isEqualTo("Be brief.\nHello");
    assertThat(ChatTemplate.PLAIN.bringsSpecialTokens()).isFalse();
  }

  @Test
  void the_format_is_found_by_its_special_tokens() throws Exception {
    assertThat(found("{\"chat_template\": \"{{'<|im_start|>' + m}}\"}"))
        .isEqualTo(ChatTemplate.CHATML);
    assertThat(
            found(
                "{\"chat_template\": [{\"name\": \"default\", \"template\": \"<|start_header_id|>\"}]}"))
        .isEqualTo(ChatTemplate.LLAMA3);
    assertThat(found("{\"eos_token\": \"<eos>\"}")).isEqualTo(ChatTemplate.PLAIN);
    assertThat(found("{\"chat_template\": null}")).isEqualTo(ChatTemplate.PLAIN);
    assertThat(ChatTemplate.named("llama3")).isEqualTo(ChatTemplate.LLAMA3);
  }

  @Test
  void what_is_not_known_is_told() {
    assertThatThrownBy(() -> found("{\"chat_template\": \"[INST] {{m}} [/INST]\"}"))
        .hasMessage(
            "Expected a chat template with <|im_start|> or <|start_header_id|>, but this model has"
                + " another; give it a text to go on with instead of messages");
    assertThatThrownBy(() -> found("{"))
        .hasMessageStartingWith("Expected 'tokenizer_config.json' to be JSON, but: ")
        .hasMessageEndingWith("; the model is not usable until the file is replaced");
    assertThatThrownBy(() -> ChatTemplate.named("vicuna"))
        .hasMessage("Expected the chat format 'chatml', 'llama3' or 'plain', but it is 'vicuna'");
  }

  private ChatTemplate found(String json) throws Exception {
    return ChatTemplate.of(Files.writeString(folder.resolve("tokenizer_config.json"), json));
  }
}
