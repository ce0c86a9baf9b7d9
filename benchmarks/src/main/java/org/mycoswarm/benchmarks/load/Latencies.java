package org.mycoswarm.benchmarks.load;

import java.util.Arrays;
import java.util.List;

/// Times of single calls. Not thread-safe.
public final class Latencies {
  private long[] nanos = new long[1 << 14];
  private int count;

  public void add(long time) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = time;
  }

  /// What all of them together say of so many operations.
  public static Outcome outcome(List<Latencies> parts, long operations, double seconds) {
    long[] all =
        parts.stream().flatMapToLong(part -> Arrays.stream(part.nanos, 0, part.count)).toArray();
    Arrays.sort(all);
    return new Outcome(operations, seconds, percentile(all, 50), percentile(all, 99));
  }

  private static double percentile(long[] sorted, int percent) {
    return sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) * percent / 100] / 1e6;
  }
}
