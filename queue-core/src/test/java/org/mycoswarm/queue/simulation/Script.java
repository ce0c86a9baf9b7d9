package org.mycoswarm.queue.simulation;

import java.util.Arrays;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// The choices of one simulation, as a text for a command line: `name:numbers` for each stream,
/// with semicolons between them; `0x17` for seventeen zeros, none at the end.
final class Script {
  private static final int[] NONE = {};

  private final SortedMap<String, int[]> streams;

  Script(SortedMap<String, int[]> streams) {
    SortedMap<String, int[]> trimmed = new TreeMap<>();
    streams.forEach(
        (name, choices) -> {
          int[] made = trimmed(choices);
          if (made.length > 0) {
            trimmed.put(name, made);
          }
        });
    this.streams = Collections.unmodifiableSortedMap(trimmed);
  }

  static Script parse(String text) {
    SortedMap<String, int[]> streams = new TreeMap<>();
    for (String stream : text.split(";", -1)) {
      String[] parts = stream.strip().split(":", 2);
      if (parts.length == 2) {
        streams.put(
            parts[0], Arrays.stream(parts[1].split(",")).flatMapToInt(Script::numbers).toArray());
      }
    }
    return new Script(streams);
  }

  Set<String> names() {
    return streams.keySet();
  }

  int[] choices(String name) {
    return streams.getOrDefault(name, NONE);
  }

  Script with(String name, int[] choices) {
    SortedMap<String, int[]> changed = new TreeMap<>(streams);
    changed.put(name, choices);
    return new Script(changed);
  }

  /// How many choices are not the harmless one.
  long harmful() {
    return all().filter(choice -> choice != 0).count();
  }

  /// Fewer choices that do harm, or as many in fewer, or smaller ones.
  boolean isSimplerThan(Script other) {
    if (harmful() != other.harmful()) {
      return harmful() < other.harmful();
    }
    long length = all().count();
    long otherLength = other.all().count();
    return length != otherLength
        ? length < otherLength
        : all().asLongStream().sum() < other.all().asLongStream().sum();
  }

  @Override
  public String toString() {
    StringJoiner text = new StringJoiner(";");
    streams.forEach((name, choices) -> text.add(name + ":" + text(choices)));
    return text.toString();
  }

  private IntStream all() {
    return streams.values().stream().flatMapToInt(Arrays::stream);
  }

  private static int[] trimmed(int[] choices) {
    int end = choices.length;
    while (end > 0 && choices[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(choices, end);
  }

  private static String text(int[] choices) {
    StringJoiner text = new StringJoiner(",");
    for (int i = 0; i < choices.length; ) {
      int end = i;
      while (choices[end] == 0) {
        end++;
      }
      text.add(end > i + 1 ? "0x" + (end - i) : String.valueOf(choices[i]));
      i = Math.max(end, i + 1);
    }
    return text.toString();
  }

  private static IntStream numbers(String word) {
    return word.startsWith("0x")
        ? IntStream.range(0, Integer.parseInt(word.substring(2))).map(_ -> 0)
        : IntStream.of(Integer.parseInt(word));
  }
}
