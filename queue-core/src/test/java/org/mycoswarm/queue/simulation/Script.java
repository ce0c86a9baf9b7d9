package org.mycoswarm.queue.simulation;

import java.util.Arrays;
import java.util.stream.IntStream;

/// The choices of one simulation, as a text for a command line: numbers with commas between them,
/// `0x17` for seventeen zeros, none at the end.
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Script(int[] choices) {
  Script {
    int end = choices.length;
    while (end > 0 && choices[end - 1] == 0) {
      end--;
    }
    choices = Arrays.copyOf(choices, end);
  }

  static Script parse(String text) {
    return new Script(Arrays.stream(text.split(",")).flatMapToInt(Script::numbers).toArray());
  }

  int length() {
    return choices.length;
  }

  int choice(int index) {
    return choices[index];
  }

  /// Fewer choices, or as many of which fewer do harm, or less.
  boolean isSimplerThan(Script other) {
    if (choices.length != other.choices.length) {
      return choices.length < other.choices.length;
    }
    return harmful() != other.harmful() ? harmful() < other.harmful() : sum() < other.sum();
  }

  private long harmful() {
    return Arrays.stream(choices).filter(choice -> choice != 0).count();
  }

  private long sum() {
    return Arrays.stream(choices).asLongStream().sum();
  }

  Script with(int index, int choice) {
    int[] changed = choices.clone();
    changed[index] = choice;
    return new Script(changed);
  }

  Script zeroed(int from, int to) {
    int[] changed = choices.clone();
    Arrays.fill(changed, from, to, 0);
    return new Script(changed);
  }

  Script without(int from, int to) {
    return new Script(
        IntStream.concat(
                Arrays.stream(choices, 0, from), Arrays.stream(choices, to, choices.length))
            .toArray());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < choices.length; ) {
      int zeros = zerosFrom(i);
      text.append(i == 0 ? "" : ",").append(zeros > 1 ? "0x" + zeros : choices[i]);
      i += Math.max(1, zeros);
    }
    return text.toString();
  }

  private int zerosFrom(int index) {
    int end = index;
    while (end < choices.length && choices[end] == 0) {
      end++;
    }
    return end - index;
  }

  private static IntStream numbers(String word) {
    String text = word.strip();
    return text.startsWith("0x")
        ? IntStream.range(0, Integer.parseInt(text.substring(2))).map(_ -> 0)
        : text.isEmpty() ? IntStream.empty() : IntStream.of(Integer.parseInt(text));
  }
}
