package org.mycoswarm.inference;

import org.jspecify.annotations.Nullable;

/// What a chunk is made of and never cut inside of, if it fits: a sentence, a heading, a line of
/// code.
///
/// @param start in UTF-16 units, on a character that is not white space
/// @param end exclusive, after a character that is not white space
/// @param block counts paragraphs, lists, code blocks: pieces of one block belong together
/// @param heading whether it names what follows
/// @param section in which it stands; of a heading the one that it opens
/// @param tokens about how many tokens it has, special ones left out; 0 before that is known
record Piece(
    int start, int end, int block, boolean heading, @Nullable Section section, int tokens) {
  int length() {
    return end - start;
  }

  Piece sized(int tokens) {
    return new Piece(start, end, block, heading, section, tokens);
  }

  /// A part of it, which names nothing any more.
  Piece part(int start, int end, int tokens) {
    return new Piece(start, end, block, false, section, tokens);
  }
}
