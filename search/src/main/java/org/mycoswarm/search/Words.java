package org.mycoswarm.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/// What counts as a word, in documents and in questions alike: English, without endings and without
/// the most frequent words. Any thread.
final class Words {
  static final Analyzer ANALYZER = new EnglishAnalyzer();

  /// A question is cut off after as many different words; no question that a person writes has so
  /// many.
  private static final int DISTINCT_MAX = 512;

  private Words() {}

  /// The words of a question, and how often each is in it.
  static Map<String, Integer> of(String question) {
    Map<String, Integer> words = new LinkedHashMap<>();
    each(
        question,
        (word, start, end) -> {
          if (words.containsKey(word) || words.size() < DISTINCT_MAX) {
            words.merge(word, 1, Integer::sum);
          }
        });
    return words;
  }

  /// The words of a document, and how often each is in it.
  static Map<String, Integer> counted(String text) {
    Map<String, Integer> words = new HashMap<>();
    each(text, (word, start, end) -> words.merge(word, 1, Integer::sum));
    return words;
  }

  /// What BM25 gives for a word at most: the more, the fewer documents have it.
  static double weight(long with, long documents) {
    return Math.log(1 + (documents - with + 0.5) / (with + 0.5));
  }

  /// Where these words are in a text, in code points.
  static List<Span> in(String text, Set<String> words) {
    List<Span> spans = new ArrayList<>();
    if (words.isEmpty()) {
      return spans;
    }
    CodePoints points = new CodePoints(text);
    each(
        text,
        (word, start, end) -> {
          if (words.contains(word) && start >= points.unit()) {
            int from = points.at(start);
            spans.add(new Span(from, points.at(end)));
          }
        });
    return spans;
  }

  private interface Word {
    void at(String word, int start, int end);
  }

  private static void each(String text, Word each) {
    try (TokenStream tokens = ANALYZER.tokenStream("text", text)) {
      CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
      OffsetAttribute offset = tokens.addAttribute(OffsetAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        each.at(term.toString(), offset.startOffset(), offset.endOffset());
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Counts code points along a text, forwards.
  private static final class CodePoints {
    private final String text;
    private int unit;
    private int point;

    CodePoints(String text) {
      this.text = text;
    }

    int unit() {
      return unit;
    }

    int at(int toUnit) {
      point += text.codePointCount(unit, toUnit);
      unit = toUnit;
      return point;
    }
  }
}
