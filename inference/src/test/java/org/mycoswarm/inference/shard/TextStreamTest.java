package org.mycoswarm.inference.shard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pieces of text that are right the moment they are shown: nothing of them is ever taken back.
class TextStreamTest {

  @Test
  void characters_of_several_tokens_come_whole() {
    List<String> pieces = pieces("a\u00e9\u4f60\ud83c\udf44z", List.of());

    assertThat(String.join("", pieces)).isEqualTo("a\u00e9\u4f60\ud83c\udf44z");
    assertThat(pieces)
        .containsExactly("a", "", "\u00e9", "", "", "\u4f60", "", "", "", "\ud83c\udf44", "z", "");
  }

  @Test
  void a_character_that_is_never_finished_is_left_out() {
    TextStream stream = new TextStream(TextStreamTest::bytes, List.of());

    assertThat(stream.accept('a')).isEqualTo("a");
    assertThat(stream.accept(0xE4)).isEmpty();
    assertThat(stream.rest()).isEmpty();
  }

  @Test
  void bytes_that_are_no_characters_do_not_hold_the_rest_for_ever() {
    TextStream stream = new TextStream(TextStreamTest::bytes, List.of());
    StringBuilder text = new StringBuilder();

    for (int i = 0; i < 20; i++) {
      text.append(stream.accept(0xFF));
    }

    assertThat(text).hasSizeGreaterThan(10);
  }

  @Test
  void a_stop_word_ends_the_text_wherever_it_is_split() {
    assertThat(String.join("", pieces("one two STOP three", List.of("STOP"))))
        .isEqualTo("one two ");
    assertThat(String.join("", pieces("abcabd", List.of("abd")))).isEqualTo("abc");
    assertThat(String.join("", pieces("aab", List.of("ab", "zz")))).isEqualTo("a");
  }

  @Test
  void of_several_stop_words_the_first_in_the_text_counts() {
    assertThat(String.join("", pieces("x.\n\ny", List.of("\n\n", ".\n")))).isEqualTo("x");
  }

  @Test
  void the_beginning_of_a_stop_word_is_held_back_and_shown_when_it_is_none() {
    TextStream stream = new TextStream(TextStreamTest::bytes, List.of("STOP"));

    assertThat(stream.accept('S')).isEmpty();
    assertThat(stream.accept('T')).isEmpty();
    assertThat(stream.accept('x')).isEqualTo("STx");
    assertThat(stream.accept('S')).isEmpty();
    assertThat(stream.rest()).isEqualTo("S");
    assertThat(stream.stopped()).isFalse();
  }

  @Test
  void after_a_stop_word_nothing_comes_any_more() {
    TextStream stream = new TextStream(TextStreamTest::bytes, List.of("!", ""));

    assertThat(stream.accept('!')).isEmpty();
    assertThat(stream.stopped()).isTrue();
    assertThat(stream.accept('x')).isEmpty();
    assertThat(stream.rest()).isEmpty();
  }

  /// Each byte a token, as in a model with byte fallback.
  private static List<String> pieces(String text, List<String> stops) {
    TextStream stream = new TextStream(TextStreamTest::bytes, stops);
    List<String> pieces = new ArrayList<>();
    for (byte one : text.getBytes(UTF_8)) {
      pieces.add(stream.accept(one & 0xFF));
    }
    pieces.add(stream.rest());
    return pieces;
  }

  private static String bytes(long[] ids) {
    byte[] bytes = new byte[ids.length];
    for (int i = 0; i < ids.length; i++) {
      bytes[i] = (byte) ids[i];
    }
    return new String(bytes, UTF_8);
  }
}
