package org.mycoswarm.search;

/// Path patterns, as a regular expression that Java, Lucene and PostgreSQL read alike.
final class Glob {
  private static final int LENGTH_MAX = 1_000;

  private Glob() {}

  /// @throws IllegalArgumentException if the pattern is too long, or a brace has no partner
  static String regex(String glob) {
    if (glob.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "Expected a path pattern of at most %,d characters, but it has %,d"
              .formatted(LENGTH_MAX, glob.length()));
    }
    StringBuilder regex = new StringBuilder();
    boolean inBraces = false;
    for (int i = 0; i < glob.length(); i++) {
      char c = glob.charAt(i);
      if (c == '*') {
        boolean any = i + 1 < glob.length() && glob.charAt(i + 1) == '*';
        // `**/` is also no folder at all: `**/a.md` finds `a.md`.
        boolean folders = any && i + 2 < glob.length() && glob.charAt(i + 2) == '/';
        regex.append(folders ? "(.*/)?" : any ? ".*" : "[^/]*");
        i += folders ? 2 : any ? 1 : 0;
      } else if (c == '?') {
        regex.append("[^/]");
      } else if (c == '{' && !inBraces) {
        inBraces = true;
        regex.append('(');
      } else if (c == '}' && inBraces) {
        inBraces = false;
        regex.append(')');
      } else if (c == ',' && inBraces) {
        regex.append('|');
      } else {
        regex.append(quoted(c));
      }
    }
    if (inBraces) {
      throw new IllegalArgumentException(
          "Expected a '}' for the '{' in the path pattern '%s', but there is none".formatted(glob));
    }
    return regex.toString();
  }

  /// Only signs are quoted: before a letter or a digit a backslash means something else.
  private static String quoted(char c) {
    boolean sign = c > ' ' && c < 127 && !Character.isLetterOrDigit(c);
    return sign ? "\\" + c : String.valueOf(c);
  }
}
