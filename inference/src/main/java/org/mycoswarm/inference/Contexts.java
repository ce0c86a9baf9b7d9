package org.mycoswarm.inference;

import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The paths of headings as they are embedded and shown, with their sizes. One document, one
/// thread.
final class Contexts {
  private static final String BETWEEN = " > ";
  private static final String CUT = "\u2026";

  /// A heading is a line: what is longer is hardly one, and is not tokenized whole.
  private static final int CHARS_MAX = 1_000;

  /// @param text the path, in one line
  /// @param tokens of it, special ones left out
  record Context(String text, int tokens) {
    static final Context NONE = new Context("", 0);

    boolean none() {
      return text.isEmpty();
    }
  }

  private final Tokenizer tokenizer;
  private final int tokensMax;
  private final IdentityHashMap<Section, Context> known = new IdentityHashMap<>();

  /// @param tokensMax the most tokens of a path, special ones left out
  Contexts(Tokenizer tokenizer, int tokensMax) {
    this.tokenizer = tokenizer;
    this.tokensMax = tokensMax;
  }

  /// What is embedded above a chunk that starts with this piece: the headings over it. A heading
  /// that the chunk itself shows is not said twice.
  Context above(Piece piece) {
    Section section = piece.section();
    return of(piece.heading() && section != null ? section.parent() : section);
  }

  Context of(@Nullable Section section) {
    return section == null ? Context.NONE : known.computeIfAbsent(section, this::shortened);
  }

  /// The innermost headings say most: a path that is too long loses its front.
  private Context shortened(Section section) {
    List<String> path = section.path();
    for (int from = 0; from < path.size(); from++) {
      String text = (from == 0 ? "" : CUT + BETWEEN) + joined(path, from);
      if (text.length() <= CHARS_MAX && tokens(text) <= tokensMax) {
        return new Context(text, tokens(text));
      }
    }
    return cut(path.getLast());
  }

  private static String joined(List<String> path, int from) {
    return String.join(BETWEEN, path.subList(from, path.size()));
  }

  private Context cut(String title) {
    int from = Math.max(0, title.length() - CHARS_MAX);
    while (from < title.length()) {
      from = boundary(title, from + Math.max(1, (title.length() - from) / 8));
      String text = CUT + title.substring(from);
      int tokens = tokens(text);
      if (tokens <= tokensMax) {
        return from == title.length() ? Context.NONE : new Context(text, tokens);
      }
    }
    return Context.NONE;
  }

  private static int boundary(String title, int at) {
    boolean inside = at < title.length() && Character.isLowSurrogate(title.charAt(at));
    return inside ? at + 1 : at;
  }

  private int tokens(String text) {
    return tokenizer.count(text) - tokenizer.specialTokens();
  }
}
