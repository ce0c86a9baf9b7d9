package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the tokenizer counts is what the model will see, wherever the text comes from.
class TokenizerTest {
  private static Tokenizer tokenizer;

  @BeforeAll
  static void load() {
    tokenizer = Tokenizer.load(Shipped.int8().tokenizer());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  void neither_truncates_nor_pads_whatever_its_file_says() {
    assertThat(tokenizer.count("tree ".repeat(1000))).isEqualTo(1002);
    assertThat(tokenizer.ids("tree")).hasSize(3).startsWith(101).endsWith(102);
    assertThat(tokenizer.specialTokens()).isEqualTo(2);
  }

  @Test
  void tells_where_tokens_start_also_behind_signs_of_two_units() {
    // The mushroom and the bold A take two UTF-16 units each.
    String text = "\ud83c\udf44 tree \ud835\udc00x caf\u00e9 \u4f60\u597d end";

    int[] starts = tokenizer.starts(text);

    assertThat(starts).contains(0, 3, text.indexOf("caf"), text.indexOf('\u4f60'));
    assertThat(starts[starts.length - 1]).isEqualTo(text.indexOf("end"));
    assertThat(starts).isSorted();
  }

  @Test
  void takes_half_of_a_surrogate_pair_and_control_characters() {
    assertThat(tokenizer.count("a \ud83c b \u0000 c")).isGreaterThanOrEqualTo(5);
    assertThat(tokenizer.starts("a \ud83c b \u0000 c")).isNotEmpty();
  }

  @Test
  void a_file_that_is_no_tokenizer_is_told(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("tokenizer.json"), "{}");

    assertThatThrownBy(() -> Tokenizer.load(file))
        .isInstanceOf(ModelFailure.class)
        .hasMessageStartingWith(
            "Expected a tokenizer in '%s', but it cannot be loaded (".formatted(file))
        .hasMessageEndingWith("); the model is not usable until the file is replaced");
  }
}
