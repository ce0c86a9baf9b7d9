package org.mycoswarm.search;

/// What lies between the chunks of a text, in one pass over it.
final class Gaps {
  /// More than that between two chunks is not kept: they are not shown as one passage.
  private static final int KEPT_MAX = 200;

  private final String text;
  private int unit;
  private int point;

  Gaps(String text) {
    this.text = text;
  }

  String before(IndexedChunk chunk) {
    int gap = chunk.start() - point;
    String between = "";
    if (chunk.ordinal() > 0 && gap > 0 && gap <= KEPT_MAX) {
      int from = unit;
      between = text.substring(from, forward(gap));
    } else if (gap > 0) {
      forward(gap);
    }
    if (chunk.end() > point) {
      forward(chunk.end() - point);
    }
    return between;
  }

  /// As far as the text goes.
  private int forward(int points) {
    for (int i = 0; i < points && unit < text.length(); i++) {
      unit += Character.charCount(text.codePointAt(unit));
    }
    point += points;
    return unit;
  }
}
