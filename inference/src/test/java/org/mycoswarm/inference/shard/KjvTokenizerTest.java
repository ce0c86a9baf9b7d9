package org.mycoswarm.inference.shard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.mycoswarm.inference.Tokenizer;

/// The test model's tokenizer, as its `tokenizer.json` says it and as its training made it: a
/// second implementation of the same rules has to give the same tokens.
class KjvTokenizerTest {
  private static final Path MODEL = Path.of("src/test/resources/kjv-tiny");
  private static final Pattern WORDS = Pattern.compile(" ?[A-Za-z]+|[^A-Za-z]| ");

  private final List<String> vocabulary = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private final List<List<String>> merges = new ArrayList<>();

  KjvTokenizerTest() throws Exception {
    JsonNode bpe = new JsonMapper().readTree(Files.readAllBytes(MODEL.resolve("bpe.json")));
    bpe.path("vocab").forEach(token -> vocabulary.add(token.textValue()));
    bpe.path("merges").forEach(m -> merges.add(List.of(m.get(0).asText(), m.get(1).asText())));
    vocabulary.forEach(token -> ids.put(token, ids.size()));
  }

  @Test
  void both_give_the_tokens_of_the_text_that_the_reference_was_computed_on() throws Exception {
    long[] oracle = oracle();

    try (Tokenizer tokenizer = Tokenizer.load(MODEL.resolve("tokenizer.json"))) {
      String text = tokenizer.decode(oracle);

      assertThat(text).isEqualTo(joined(oracle));
      assertThat(tokenizer.ids(text)).isEqualTo(byTheRules(text));
      assertThat(tokenizer.idsAlone(text)).isEqualTo(byTheRules(text));
    }
  }

  @Test
  void both_agree_on_odd_texts() {
    try (Tokenizer tokenizer = Tokenizer.load(MODEL.resolve("tokenizer.json"))) {
      for (String text :
          List.of(
              "In the beginning God created the heaven and the earth.",
              "  two  spaces\n\nand lines",
              "Nebuchadnezzar's 12 wives; X",
              "thethethe tthhee",
              "")) {
        assertThat(tokenizer.ids(text)).as(text).isEqualTo(byTheRules(text));
      }
    }
  }

  @Test
  void special_tokens_are_no_text() {
    try (Tokenizer tokenizer = Tokenizer.load(MODEL.resolve("tokenizer.json"))) {
      assertThat(tokenizer.decode(new long[] {67, 1})).isEqualTo(vocabulary.get(67));
      assertThat(tokenizer.decode(new long[0])).isEmpty();
      assertThat(tokenizer.specialTokens()).isZero();
    }
  }

  private static long[] oracle() throws Exception {
    ByteBuffer file =
        ByteBuffer.wrap(Files.readAllBytes(MODEL.resolve("oracle.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    long[] tokens = new long[file.getInt()];
    file.slice(4, 8 * tokens.length).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(tokens);
    return tokens;
  }

  private String joined(long[] tokens) {
    StringBuilder text = new StringBuilder();
    for (long token : tokens) {
      text.append(vocabulary.get((int) token));
    }
    return text.toString();
  }

  /// Each merge in the order of its rank over the whole word, as the training did it.
  private long[] byTheRules(String text) {
    List<Long> tokens = new ArrayList<>();
    Matcher words = WORDS.matcher(text);
    while (words.find()) {
      List<String> parts =
          new ArrayList<>(words.group().codePoints().mapToObj(Character::toString).toList());
      merges.forEach(merge -> merge(parts, merge));
      parts.forEach(part -> tokens.add((long) ids.getOrDefault(part, 0)));
    }
    return tokens.stream().mapToLong(token -> token).toArray();
  }

  private static void merge(List<String> parts, List<String> merge) {
    for (int i = 0; i + 1 < parts.size(); i++) {
      if (parts.get(i).equals(merge.get(0)) && parts.get(i + 1).equals(merge.get(1))) {
        parts.set(i, merge.get(0) + merge.get(1));
        parts.remove(i + 1);
      }
    }
  }
}
