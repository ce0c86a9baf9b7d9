package org.mycoswarm.benchmarks;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What a run of the benchmarks is told.
///
/// @param lib the program's jars
/// @param bullmq where `install.sh` has put BullMQ
/// @param docs where the document and its picture go
/// @param rounds that count, beside one that warms up
/// @param seconds of a round
/// @param warmSeconds of the first round of contenders that compile themselves as they run
/// @param only contenders in whose name this expression is found
/// @param row rows in whose name this expression is found
/// @param rows `peers` for the rows that peers have, `alone` for the others, or `all`
/// @param events to replay in row 6
/// @param pending tasks in row 7
/// @param classes of requirements in row 8, and as many nodes
record Options(
    Path lib,
    Path bullmq,
    Path docs,
    int rounds,
    int seconds,
    int warmSeconds,
    Pattern only,
    Pattern row,
    String rows,
    int events,
    int pending,
    int classes) {
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("--lib", "dist/target/mycoswarm/lib"),
          Map.entry("--bullmq", "benchmarks/target/peers/bullmq"),
          Map.entry("--docs", "docs"),
          Map.entry("--rounds", "5"),
          Map.entry("--seconds", "3"),
          Map.entry("--warm-seconds", "30"),
          Map.entry("--only", ""),
          Map.entry("--row", ""),
          Map.entry("--rows", "all"),
          Map.entry("--events", "1000000"),
          Map.entry("--pending", "1000000"),
          Map.entry("--classes", "1000"));

  /// @param words names with their values
  /// @throws IllegalArgumentException when they are not in order; says what was expected
  static Options of(List<String> words) {
    Map<String, String> values = new HashMap<>(DEFAULTS);
    for (int i = 0; i < words.size(); i += 2) {
      if (i + 1 == words.size() || values.replace(words.get(i), words.get(i + 1)) == null) {
        throw new IllegalArgumentException(
            "Expected options with a value, of %s, but got '%s'; nothing was measured"
                .formatted(new TreeMap<>(DEFAULTS), words.get(i)));
      }
    }
    return new Options(
        Path.of(value(values, "--lib")),
        Path.of(value(values, "--bullmq")),
        Path.of(value(values, "--docs")),
        number(values, "--rounds"),
        number(values, "--seconds"),
        number(values, "--warm-seconds"),
        Pattern.compile(value(values, "--only")),
        Pattern.compile(value(values, "--row")),
        value(values, "--rows"),
        number(values, "--events"),
        number(values, "--pending"),
        number(values, "--classes"));
  }

  boolean peers() {
    return !rows.equals("alone");
  }

  boolean alone() {
    return !rows.equals("peers");
  }

  private static String value(Map<String, String> values, String name) {
    return Objects.requireNonNull(values.get(name));
  }

  private static int number(Map<String, String> values, String name) {
    String value = value(values, name);
    if (!value.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(
          "Expected a number from 1 for %s, but got '%s'; nothing was measured"
              .formatted(name, value));
    }
    return Integer.parseInt(value);
  }
}
