package org.mycoswarm.inference;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// BERT's tokenizer once more, for ASCII texts: words and signs, each the longest known pieces.
final class ReferenceWordPiece {
  private static final Pattern WORD_OR_SIGN = Pattern.compile("[a-z0-9]+|[^a-z0-9\\s]");

  private final Map<String, Long> vocabulary;

  ReferenceWordPiece(Path tokenizerJson) throws IOException {
    ObjectMapper json = new ObjectMapper();
    vocabulary =
        json.convertValue(
            json.readTree(Files.readAllBytes(tokenizerJson)).at("/model/vocab"),
            new TypeReference<Map<String, Long>>() {});
  }

  long[] ids(String text) {
    List<Long> ids = new ArrayList<>();
    ids.add(id("[CLS]"));
    WORD_OR_SIGN
        .matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .forEach(word -> ids.addAll(pieces(word.group())));
    ids.add(id("[SEP]"));
    return ids.stream().mapToLong(Long::longValue).toArray();
  }

  private List<Long> pieces(String word) {
    List<Long> ids = new ArrayList<>();
    for (int start = 0; start < word.length(); ) {
      int end = word.length();
      while (end > start && !vocabulary.containsKey(piece(word, start, end))) {
        end--;
      }
      if (end == start || word.length() > 100) {
        return List.of(id("[UNK]"));
      }
      ids.add(id(piece(word, start, end)));
      start = end;
    }
    return ids;
  }

  private static String piece(String word, int start, int end) {
    return (start > 0 ? "##" : "") + word.substring(start, end);
  }

  private long id(String token) {
    Long id = vocabulary.get(token);
    if (id == null) {
      throw new IllegalArgumentException("The vocabulary has no '" + token + "'");
    }
    return id;
  }
}
