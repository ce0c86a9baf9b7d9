package org.mycoswarm.inference;

/// What counts as white space in a document: also no-break spaces, line separators and stray byte
/// order marks, which `String.isBlank` does not know.
final class Blank {
  private Blank() {}

  static boolean is(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF' || c == '\u200B';
  }

  static boolean all(String text) {
    return text.chars().allMatch(c -> is((char) c));
  }
}
