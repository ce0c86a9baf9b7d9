package org.mycoswarm.benchmarks.stages;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.mycoswarm.benchmarks.load.Spread;

/// When tokens came out of the last stage, and what frames took from one stage to the next. All
/// stages are in this process, so that one clock times both ends. Thread-safe.
final class Ticks {
  /// Of each text: the first ones, when not all texts are under way yet.
  private static final int WARM_TOKENS = 3;

  private final Map<String, List<Long>> tokens = new ConcurrentHashMap<>();
  private final Collection<Double> hopMillis = new ConcurrentLinkedQueue<>();
  private volatile long leftNanos;

  void clear() {
    tokens.clear();
    hopMillis.clear();
  }

  /// The last stage is about to answer with a token; only one thread does for all texts.
  void token(String session) {
    tokens.computeIfAbsent(session, _ -> new ArrayList<>()).add(System.nanoTime());
  }

  /// A stage begins to encode what goes to the next.
  void left() {
    leftNanos = System.nanoTime();
  }

  /// The next stage has decoded it. Only means something while one text is under way.
  void arrived() {
    hopMillis.add((System.nanoTime() - leftNanos) / 1e6);
  }

  /// The median, milliseconds.
  double hop() {
    return Spread.of(hopMillis.stream().mapToDouble(millis -> millis).toArray()).median();
  }

  /// Tokens a second of all texts together, while all were under way.
  double tokensPerSecond() {
    long from =
        tokens.values().stream().mapToLong(times -> times.get(WARM_TOKENS)).max().orElseThrow();
    long to = tokens.values().stream().mapToLong(List::getLast).min().orElseThrow();
    return tokens.values().stream().mapToDouble(times -> rate(times, from, to)).sum();
  }

  /// From token to token, so that where the window begins makes no difference.
  private static double rate(List<Long> times, long from, long to) {
    List<Long> within = times.stream().filter(time -> time >= from && time <= to).toList();
    return (within.size() - 1) * 1e9 / (within.getLast() - within.getFirst());
  }
}
