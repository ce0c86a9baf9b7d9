package org.mycoswarm.benchmarks.load;

import java.util.List;

/// What one contender did in one row.
public record Entry(Row row, String contender, Durability durability, List<Measured> rounds) {
  /// One round.
  ///
  /// @param cpuMicros the server's processor time for each task
  public record Measured(double perSecond, double p50, double p99, double cpuMicros) {
    @Override
    public String toString() {
      return "%,.0f/s, p50 %.2f ms, p99 %.2f ms, %.0f µs of the server's CPU each"
          .formatted(perSecond, p50, p99, cpuMicros);
    }
  }

  /// The figure that the row is about: a rate, or a time where less is better.
  public Spread figure() {
    return row == Row.HANDOVER ? p50() : Spread.of(rounds, Measured::perSecond);
  }

  public Spread p50() {
    return Spread.of(rounds, Measured::p50);
  }

  public Spread p99() {
    return Spread.of(rounds, Measured::p99);
  }

  public Spread cpuMicros() {
    return Spread.of(rounds, Measured::cpuMicros);
  }

  /// How many times better than the other, whatever better means in this row.
  public double times(Entry other) {
    double ratio = figure().median() / other.figure().median();
    return row == Row.HANDOVER ? 1 / ratio : ratio;
  }
}
