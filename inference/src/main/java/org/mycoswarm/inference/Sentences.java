package org.mycoswarm.inference;

import java.util.Locale;
import java.util.Set;

/// Finds where sentences end. Our own rules, not those of the JDK, which change from one to the
/// next: the same text must give the same chunks for years. Linear.
final class Sentences {
  private static final String LATIN_ENDS = ".!?\u2026";
  private static final String CJK_ENDS = "\u3002\uff01\uff1f";
  private static final String CLOSERS = "\"')]}\u00bb\u201d\u2019*_`";

  /// Words whose dot ends no sentence, although a capital letter or a digit follows.
  private static final Set<String> ABBREVIATIONS =
      Set.of(
          "mr", "mrs", "ms", "dr", "prof", "st", "vs", "fig", "figs", "eq", "al", "cf", "ca", "vol",
          "pp", "jr", "sr", "inc", "ltd", "approx", "dept", "sec", "bzw", "vgl", "nr");

  private Sentences() {}

  /// The end of the sentence that starts at `from`: `to`, if it has no end before.
  static int end(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      boolean cjk = CJK_ENDS.indexOf(c) >= 0;
      if (cjk || LATIN_ENDS.indexOf(c) >= 0) {
        int after = skipClosers(text, i + 1, to);
        if (after == to || cjk || endsHere(text, from, i, after, to)) {
          return after;
        }
        i = after - 1;
      }
    }
    return to;
  }

  private static int skipClosers(String text, int from, int to) {
    int i = from;
    while (i < to && (LATIN_ENDS + CJK_ENDS + CLOSERS).indexOf(text.charAt(i)) >= 0) {
      i++;
    }
    return i;
  }

  private static boolean endsHere(String text, int from, int dot, int after, int to) {
    if (!Blank.is(text.charAt(after))) {
      return false;
    }
    int next = after;
    while (next < to && Blank.is(text.charAt(next))) {
      next++;
    }
    return next == to
        || (!Character.isLowerCase(text.charAt(next))
            && !(text.charAt(dot) == '.' && abbreviated(text, from, dot)));
  }

  /// An initial ("J."), an inner dot ("e.g."), a known word, or a number in front of a list item.
  private static boolean abbreviated(String text, int from, int dot) {
    int start = dot;
    while (start > from && dot - start < 8 && wordPart(text.charAt(start - 1))) {
      start--;
    }
    String word = text.substring(start, dot);
    boolean initial = word.length() == 1 && Character.isLetter(word.charAt(0));
    boolean number = start == from && !word.isEmpty() && word.chars().allMatch(Character::isDigit);
    boolean dotted = word.indexOf('.') > 0 && word.chars().noneMatch(Character::isDigit);
    return initial || number || dotted || ABBREVIATIONS.contains(word.toLowerCase(Locale.ROOT));
  }

  private static boolean wordPart(char c) {
    return Character.isLetterOrDigit(c) || c == '.';
  }
}
