package org.mycoswarm.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a sentence ends, and where a dot is only a dot. The bar is where the cut must be.
class SentencesTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "It runs.| Then it stops.",
        "Really?!| Yes.",
        "\"It runs.\"| She left.",
        "Dr. Who met Mr. J. R. Smith.| They talked.",
        "Version 2.5 is out.| Use e.g. Java 25.",
        "It waits ... and waits.| See fig. 3 of vol. 2.",
        "1. First step.| Then the second.",
        "\u4f60\u597d\u3002|\u518d\u89c1\uff01",
        "Line one\nline two.|\nNext sentence",
        "a.b.c is no end",
      })
  void sentences_end_where_a_reader_would_say(String marked) {
    assertThat(String.join("|", split(marked.replace("|", "")))).isEqualTo(marked);
  }

  private static List<String> split(String text) {
    List<String> sentences = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int start = from;
      while (Blank.is(text.charAt(start))) {
        start++;
      }
      int end = Sentences.end(text, start, text.length());
      sentences.add(text.substring(from, end));
      from = end;
    }
    return sentences;
  }
}
