package org.mycoswarm.queue.domain;

/// Reads the numbers inside ids.
final class Numbers {
  private Numbers() {}

  static int parse(String id, int from) {
    String digits = id.substring(from);
    if (!digits.matches("0|[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "Expected a whole number at the end of the id '%s', but it is '%s'"
              .formatted(id, digits));
    }
    return Integer.parseInt(digits);
  }
}
