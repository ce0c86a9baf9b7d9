package org.mycoswarm.inference;

import java.util.ArrayList;
import java.util.List;

/// Fills chunks with pieces, one chunk at each [#next]. The sizes of pieces are sums that some
/// tokenizers do not keep to, so each chunk is counted once more as a whole, and shrinks if it
/// must.
final class Packing {
  private final List<Piece> pieces;
  private final Ruler ruler;
  private final int tokensMax;
  private final int budget;
  private final int overlap;

  /// The present chunk: pieces `first` to `to`, of which those from `fresh` on are in no chunk
  /// before.
  private int first;

  private int fresh;
  private int to;
  private int tokens;

  Packing(List<Piece> pieces, Ruler ruler, int tokensMax, int budget, int overlap) {
    this.pieces = new ArrayList<>(pieces);
    this.ruler = ruler;
    this.tokensMax = tokensMax;
    this.budget = budget;
    this.overlap = overlap;
  }

  /// Goes on to the next chunk; false if there is none.
  boolean next() {
    if (to == pieces.size()) {
      return false;
    }
    first = overlapStart();
    fresh = to;
    fill();
    leaveHeadings();
    shrinkToFit();
    return true;
  }

  int start() {
    return pieces.get(first).start();
  }

  int end() {
    return pieces.get(to - 1).end();
  }

  /// Exact, special tokens included.
  int tokens() {
    return tokens;
  }

  /// The first of the last pieces of the chunk before that together are short enough to be
  /// repeated.
  private int overlapStart() {
    if (pieces.get(to).heading()) {
      return to;
    }
    int start = to;
    int sum = 0;
    while (start - 1 > first && !pieces.get(start - 1).heading()) {
      sum += pieces.get(start - 1).tokens();
      if (sum > overlap) {
        break;
      }
      start--;
    }
    return start;
  }

  private void fill() {
    while (!fits(fresh)) {
      first++;
    }
    to = fresh + 1;
    while (to < pieces.size() && fits(to) && !betterApart(to)) {
      to++;
    }
  }

  /// Whether the pieces from `first` to this one are within the limits; one alone always is.
  private boolean fits(int last) {
    return first == last
        || (sum(first, last + 1) <= budget && pieces.get(last).end() - start() <= ruler.charsMax());
  }

  /// Whether a chunk that is half full had better end before this piece: at a heading, or at a
  /// block that would be torn here and fits whole into the next chunk.
  private boolean betterApart(int piece) {
    int used = sum(first, piece);
    if (used < budget / 2 || pieces.get(piece).block() == pieces.get(piece - 1).block()) {
      return false;
    }
    int block = blockTokens(piece);
    return pieces.get(piece).heading() || (used + block > budget && block <= budget);
  }

  /// The tokens of the block that starts at this piece, counted until they are too many.
  private int blockTokens(int start) {
    int sum = 0;
    int block = pieces.get(start).block();
    for (int i = start; i < pieces.size() && pieces.get(i).block() == block; i++) {
      sum += pieces.get(i).tokens();
      if (sum > budget) {
        break;
      }
    }
    return sum;
  }

  /// A heading belongs to what follows it.
  private void leaveHeadings() {
    while (to < pieces.size() && to - 1 > fresh && pieces.get(to - 1).heading()) {
      to--;
    }
  }

  private void shrinkToFit() {
    tokens = ruler.count(start(), end());
    while (tokens > tokensMax) {
      if (to - 1 > fresh) {
        to--;
      } else if (first < fresh) {
        first++;
      } else {
        List<Piece> parts = ruler.cut(pieces.remove(fresh));
        pieces.addAll(fresh, parts);
      }
      tokens = ruler.count(start(), end());
    }
  }

  private int sum(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += pieces.get(i).tokens();
    }
    return sum;
  }
}
