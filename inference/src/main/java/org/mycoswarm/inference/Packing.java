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
  private final int overlap;

  /// The present chunk: pieces `first` to `to`, of which those from `fresh` on are in no chunk
  /// before.
  private int first;

  private int fresh;
  private int to;
  private int tokens;

  Packing(List<Piece> pieces, Ruler ruler, int tokensMax, int overlap) {
    this.pieces = new ArrayList<>(pieces);
    this.ruler = ruler;
    this.tokensMax = tokensMax;
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

  /// The piece it starts with.
  Piece first() {
    return pieces.get(first);
  }

  /// The first piece that is no heading; a chunk of headings only has none, and gives its last.
  Piece body() {
    for (int i = first; i < to; i++) {
      if (!pieces.get(i).heading()) {
        return pieces.get(i);
      }
    }
    return pieces.get(to - 1);
  }

  int start() {
    return first().start();
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
        || (sum(first, last + 1) <= ruler.room(first())
            && pieces.get(last).end() - start() <= ruler.charsMax());
  }

  /// Whether a chunk that is half full had better end before this piece: at a heading, or at a
  /// block that would be torn here and fits whole into the next chunk.
  private boolean betterApart(int piece) {
    int used = sum(first, piece);
    if (used < ruler.room(first()) / 2
        || pieces.get(piece).block() == pieces.get(piece - 1).block()) {
      return false;
    }
    int room = ruler.room(pieces.get(piece));
    int block = blockTokens(piece, room);
    return pieces.get(piece).heading() || (used + block > ruler.room(first()) && block <= room);
  }

  /// The tokens of the block that starts at this piece, counted until they are too many.
  private int blockTokens(int start, int most) {
    int sum = 0;
    int block = pieces.get(start).block();
    for (int i = start; i < pieces.size() && pieces.get(i).block() == block; i++) {
      sum += pieces.get(i).tokens();
      if (sum > most) {
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
    tokens = ruler.count(first(), end());
    while (tokens > tokensMax) {
      if (to - 1 > fresh) {
        to--;
      } else if (first < fresh) {
        first++;
      } else {
        cut(tokens - tokensMax);
      }
      tokens = ruler.count(first(), end());
    }
  }

  /// Cuts the only piece of this chunk, which is that much too large.
  private void cut(int excess) {
    Piece piece = pieces.remove(fresh);
    List<Piece> parts = ruler.cut(piece, Math.max(1, piece.tokens() - excess));
    if (parts.size() == 1 && parts.getFirst().end() == piece.end()) {
      throw new IllegalStateException(
          "Expected one character to fit into %d tokens, but the tokenizer makes %d of it"
              .formatted(tokensMax, piece.tokens()));
    }
    pieces.addAll(fresh, parts);
  }

  private int sum(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += pieces.get(i).tokens();
    }
    return sum;
  }
}
