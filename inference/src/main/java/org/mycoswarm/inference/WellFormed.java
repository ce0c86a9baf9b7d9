package org.mycoswarm.inference;

/// Text that can be written as UTF-8. Half of a surrogate pair cannot: it becomes several
/// characters on the way into a native library, or another one in JSON, and moves every offset
/// behind it.
final class WellFormed {
  private WellFormed() {}

  /// The same text, with the sign U+FFFD for each half of a pair; the lengths are equal.
  static String of(String text) {
    StringBuilder repaired = null;
    for (int i = 0; i < text.length(); i++) {
      int c = text.codePointAt(i);
      if (c >= Character.MIN_SUPPLEMENTARY_CODE_POINT) {
        i++;
      } else if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        repaired = repaired == null ? new StringBuilder(text) : repaired;
        repaired.setCharAt(i, '\uFFFD');
      }
    }
    return repaired == null ? text : repaired.toString();
  }
}
