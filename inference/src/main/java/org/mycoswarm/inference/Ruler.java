package org.mycoswarm.inference;

import java.util.ArrayList;
import java.util.List;

/// Measures the pieces of one text in tokens, and cuts those that no chunk can hold. It looks at a
/// few thousand characters at a time, so a line of 20 MB costs what 20 MB in short lines cost.
final class Ruler {
  /// Characters that are tokenized together.
  private static final int WINDOW = 8_192;

  /// A "word" of more than 100 characters is one unknown token to the model, so tokens alone do not
  /// bound a chunk: base64 in one line would become one chunk of 20 MB with one token.
  private static final int CHARS_PER_TOKEN_MAX = 16;

  private final String text;
  private final Tokenizer tokenizer;
  private final String prefix;
  private final Contexts contexts;
  private final int budget;
  private final int charsMax;

  /// @param prefix what the model wants before a passage
  /// @param budget the most tokens of a chunk, special ones and those of the prefix left out
  Ruler(
      String text,
      Tokenizer tokenizer,
      String prefix,
      Contexts contexts,
      int tokensMax,
      int budget) {
    this.text = text;
    this.tokenizer = tokenizer;
    this.prefix = prefix;
    this.contexts = contexts;
    this.budget = budget;
    this.charsMax = tokensMax * CHARS_PER_TOKEN_MAX;
  }

  int charsMax() {
    return charsMax;
  }

  /// What a chunk that starts with this piece may have, besides the headings above it.
  int room(Piece piece) {
    return budget - contexts.above(piece).tokens();
  }

  /// The tokens of what is embedded for a chunk of these pieces, all included: exact.
  int count(Piece first, int end) {
    Contexts.Context above = contexts.above(first);
    String slice = text.substring(first.start(), end);
    return tokenizer.count(above.none() ? prefix + slice : prefix + above.text() + "\n" + slice);
  }

  private int count(int start, int end) {
    return tokenizer.count(text.substring(start, end)) - tokenizer.specialTokens();
  }

  /// The same pieces with their sizes, those too large cut into several.
  List<Piece> measure(List<Piece> pieces) {
    List<Piece> measured = new ArrayList<>(pieces.size());
    int from = 0;
    while (from < pieces.size()) {
      int to = from + 1;
      while (to < pieces.size() && pieces.get(to).end() - pieces.get(from).start() <= WINDOW) {
        to++;
      }
      measure(pieces.subList(from, to), measured);
      from = to;
    }
    return measured;
  }

  private void measure(List<Piece> window, List<Piece> measured) {
    if (window.getFirst().length() > charsMax) {
      measured.addAll(cut(window.getFirst(), room(window.getFirst())));
      window = window.subList(1, window.size());
    }
    if (window.isEmpty()) {
      return;
    }
    int origin = window.getFirst().start();
    int[] starts = tokenizer.starts(text.substring(origin, window.getLast().end()));
    int token = 0;
    for (Piece piece : window) {
      int first = token;
      while (token < starts.length && origin + starts[token] < piece.end()) {
        token++;
      }
      int tokens = token - first;
      int room = room(piece);
      if (tokens > room || piece.length() > charsMax) {
        measured.addAll(cut(piece, room));
      } else {
        measured.add(piece.sized(tokens));
      }
    }
  }

  /// Parts that each have at most so many tokens; cut at line ends, else at white space, else
  /// between tokens.
  List<Piece> cut(Piece piece, int room) {
    List<Piece> parts = new ArrayList<>();
    int from = piece.start();
    double charsPerToken = 4;
    while (from < piece.end()) {
      int limit = reach(from, piece.end(), charsPerToken, room);
      int to = limit == piece.end() ? limit : goodCut(from, limit);
      int tokens = count(from, to);
      while (tokens > room && to > text.offsetByCodePoints(from, 1)) {
        to = charBoundary(from, from + (to - from) * 9 / 10);
        tokens = count(from, to);
      }
      parts.add(piece.part(from, trimmed(from, to), tokens));
      charsPerToken = Math.max(0.25, (double) (to - from) / Math.max(1, tokens));
      from = skipBlank(to, piece.end());
    }
    return parts;
  }

  /// How far a part that starts here may go: about as many tokens as there is room for.
  private int reach(int from, int end, double charsPerToken, int room) {
    double guess = charsPerToken;
    while (true) {
      int length = (int) Math.clamp(room * guess * 1.2, 16, charsMax);
      int limit = end - from <= length ? end : charBoundary(from, from + length);
      int[] starts = tokenizer.starts(text.substring(from, limit));
      if (starts.length > room) {
        return charBoundary(from, from + starts[room]);
      }
      if (limit == end || length == charsMax || starts.length > room * 0.7) {
        return limit;
      }
      guess *= 2;
    }
  }

  private int goodCut(int from, int limit) {
    int half = from + (limit - from) / 2;
    int newline = text.lastIndexOf('\n', limit - 1);
    if (newline > half) {
      return newline;
    }
    for (int i = limit; i > half; i--) {
      if (Blank.is(text.charAt(i))) {
        return i;
      }
    }
    return limit;
  }

  /// Not inside of a surrogate pair, and at least one character after `from`.
  private int charBoundary(int from, int at) {
    int least = text.offsetByCodePoints(from, 1);
    if (at <= least) {
      return least;
    }
    boolean inside =
        at < text.length()
            && Character.isLowSurrogate(text.charAt(at))
            && Character.isHighSurrogate(text.charAt(at - 1));
    return inside ? at - 1 : at;
  }

  private int skipBlank(int from, int end) {
    int i = from;
    while (i < end && Blank.is(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private int trimmed(int from, int to) {
    int end = to;
    while (end > from + 1 && Blank.is(text.charAt(end - 1))) {
      end--;
    }
    return end;
  }
}
