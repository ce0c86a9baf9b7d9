package org.mycoswarm.inference;

import java.util.List;
import java.util.Random;

/// Texts that nobody writes and every folder has.
final class OddTexts {
  private static final List<String> SCRAPS =
      List.of(
          "word",
          "Sentence ends here. ",
          "And why? ",
          "supercalifragilistic",
          "\n",
          "\n\n",
          "\r\n",
          " ",
          "\t",
          "\n# Heading\n",
          "\n## \n",
          "\n```java\n",
          "\n```\n",
          "- item ",
          "\n1. ",
          "| a | b |\n",
          "Title\n=====\n",
          "\n---\n",
          "caf\u00e9 ",
          "\u4f60\u597d\u4e16\u754c",
          "\u3002",
          "\ud83c\udf44",
          "e.g. ",
          "3.14 ",
          "!!!???",
          "\u0001",
          "\u00a0",
          "\u200b",
          "\ud83d",
          "a\u0301\u0302",
          "{\"k\":[1,2]}",
          "=",
          "-----",
          "http://example.org/a?b=c#d ",
          "\ud835\udc00\ud835\udc01",
          "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 ");

  private static final List<String> TYPES =
      List.of("text/plain", "text/markdown", "text/html", "text/csv");

  private OddTexts() {}

  static Document document(Random random) {
    StringBuilder text = new StringBuilder("x");
    int scraps = random.nextInt(1, 1500);
    for (int i = 0; i < scraps; i++) {
      String scrap = SCRAPS.get(random.nextInt(SCRAPS.size()));
      text.append(scrap.repeat(random.nextInt(60) == 0 ? random.nextInt(1, 900) : 1));
      if (random.nextInt(3) == 0) {
        text.append(' ');
      }
    }
    return new Document(text.toString(), TYPES.get(random.nextInt(TYPES.size())), null);
  }

  static String huge(String kind, int length) {
    return switch (kind) {
      case "base64" ->
          letters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", length);
      case "words" -> "The mycelium carries sugar and water, ".repeat(length / 38);
      case "letters" -> "x".repeat(length);
      case "cjk" -> letters("\u4f60\u597d\u4e16\u754c\u83cc\u4e1d", length / 3);
      case "spaces" -> "a" + " ".repeat(length) + "b";
      case "dots" -> "a. B. ".repeat(length / 6);
      case "lines" -> "1,2,3\n".repeat(length / 6);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static String letters(String alphabet, int length) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }
}
