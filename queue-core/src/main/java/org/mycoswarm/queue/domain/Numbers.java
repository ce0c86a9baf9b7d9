package org.mycoswarm.queue.domain;

/// Reads the numbers inside ids.
final class Numbers {
  private static final int DIGITS_MAX = 9;

  private Numbers() {}

  static int parse(String id, int from) {
    int length = id.length() - from;
    boolean leadingZero = length > 1 && id.charAt(from) == '0';
    int number = 0;
    for (int i = from; i < id.length(); i++) {
      char digit = id.charAt(i);
      if (digit < '0' || digit > '9') {
        throw notANumber(id, from);
      }
      number = number * 10 + digit - '0';
    }
    if (length < 1 || length > DIGITS_MAX || leadingZero) {
      throw notANumber(id, from);
    }
    return number;
  }

  private static IllegalArgumentException notANumber(String id, int from) {
    return new IllegalArgumentException(
        "Expected a whole number at the end of the id '%s', but it is '%s'"
            .formatted(id, id.substring(from)));
  }
}
