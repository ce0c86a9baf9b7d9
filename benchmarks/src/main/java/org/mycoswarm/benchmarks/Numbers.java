package org.mycoswarm.benchmarks;

import org.mycoswarm.benchmarks.load.Spread;

/// Figures as people read them.
final class Numbers {
  private Numbers() {}

  static String of(double value) {
    if (Double.isNaN(value)) {
      return "";
    }
    return value < 100 ? "%.2f".formatted(value) : "%,.0f".formatted(value);
  }

  static String range(Spread spread) {
    return Double.isNaN(spread.least()) ? "" : of(spread.least()) + " .. " + of(spread.most());
  }
}
