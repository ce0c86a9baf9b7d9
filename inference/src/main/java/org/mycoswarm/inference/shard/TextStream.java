package org.mycoswarm.inference.shard;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Turns the tokens of an answer, one after the other, into pieces of text that can be shown at
/// once: never half a character, never a beginning of a stop word. One thread at a time.
public final class TextStream {
  /// A character has at most so many bytes of UTF-8, and a token at least one.
  private static final int TOKENS_OF_A_CHARACTER = 4;

  private static final String HALF_CHARACTER = "\uFFFD";

  private final Function<long[], String> decoder;
  private final List<String> stops;
  private final List<Long> ids = new ArrayList<>();

  /// Tokens before this one are needed only because a decoder looks at what stands before.
  private int before;

  /// Tokens before this one are in [#held] or gone out.
  private int read;

  /// Decoded, and perhaps the beginning of a stop word.
  private final StringBuilder held = new StringBuilder();

  private boolean stopped;

  /// @param decoder makes one text of tokens, leaving special ones out, as [Tokenizer#decode] does
  /// @param stops texts that end the answer and are not part of it; empty ones are ignored
  public TextStream(Function<long[], String> decoder, List<String> stops) {
    this.decoder = decoder;
    this.stops = stops.stream().filter(stop -> !stop.isEmpty()).toList();
  }

  /// What can be shown now that this token is known; often nothing. Nothing at all once [#stopped].
  public String accept(long id) {
    if (stopped) {
      return "";
    }
    ids.add(id);
    held.append(decoded());
    return stopsWithin() ? held.toString() : takeSafe();
  }

  /// Whether a stop word has come.
  public boolean stopped() {
    return stopped;
  }

  /// What was held back and can be shown because nothing more will come.
  public String rest() {
    if (stopped) {
      return "";
    }
    String tail = text(before, ids.size()).substring(text(before, read).length());
    read = ids.size();
    held.append(withoutHalf(tail));
    String rest = held.toString();
    held.setLength(0);
    return rest;
  }

  /// The text of the tokens that were not read yet, or nothing while they end within a character.
  private String decoded() {
    String known = text(before, read);
    String longer = text(before, ids.size());
    boolean whole = !longer.endsWith(HALF_CHARACTER) || ids.size() - read > TOKENS_OF_A_CHARACTER;
    if (longer.length() <= known.length() || !whole) {
      return "";
    }
    before = read;
    read = ids.size();
    return longer.substring(known.length());
  }

  private String text(int from, int to) {
    return decoder.apply(ids.subList(from, to).stream().mapToLong(id -> id).toArray());
  }

  private static String withoutHalf(String tail) {
    return tail.endsWith(HALF_CHARACTER) ? withoutHalf(tail.substring(0, tail.length() - 1)) : tail;
  }

  /// Cuts what is held at the first stop word in it.
  private boolean stopsWithin() {
    int first = stops.stream().mapToInt(held::indexOf).filter(at -> at >= 0).min().orElse(-1);
    if (first < 0) {
      return false;
    }
    stopped = true;
    held.setLength(first);
    return true;
  }

  private String takeSafe() {
    int safe = held.length() - longestBeginning();
    String shown = held.substring(0, safe);
    held.delete(0, safe);
    return shown;
  }

  /// How many of the last characters may be the beginning of a stop word.
  private int longestBeginning() {
    int longest = 0;
    for (String stop : stops) {
      for (int length = Math.min(stop.length() - 1, held.length()); length > longest; length--) {
        if (held.substring(held.length() - length).equals(stop.substring(0, length))) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
